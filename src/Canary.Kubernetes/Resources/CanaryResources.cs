using System.Collections.Generic;
using Canary.Kubernetes.Schemas;

namespace Canary.Kubernetes.Resources;

/// <summary>The kinds of the group <c>canary.delivery</c>.</summary>
public static class CanaryResources
{
    public static CustomResource Rollout => RolloutResource.Definition;

    public static CustomResource AnalysisTemplate => AnalysisResource.Template;

    public static CustomResource ClusterAnalysisTemplate => AnalysisResource.ClusterTemplate;

    public static CustomResource AnalysisRun => AnalysisResource.Run;

    public static IReadOnlyList<CustomResource> All { get; } =
        [RolloutResource.Definition, AnalysisResource.Template, AnalysisResource.ClusterTemplate, AnalysisResource.Run];
}
