using Canary.Core.Units;

namespace Canary.Core.Analysis;

/// <summary>The templates of a run, the arguments they are given, and what its verdicts bring about.</summary>
public sealed record AnalysisReference(EquatableArray<TemplateReference> Templates, EquatableArray<Argument> Arguments)
{
    /// <summary>What becomes of the rollout with each verdict.</summary>
    public VerdictPolicy Policy { get; init; } = VerdictPolicy.Default;

    /// <summary><c>dryRun[].metricName</c>: metrics that decide nothing, beside those of the templates.</summary>
    public EquatableArray<string> DryRun { get; init; }

    /// <summary><c>measurementRetention</c>.</summary>
    public EquatableArray<MetricRetention> Retention { get; init; }
}

/// <summary>An AnalysisTemplate of the same namespace, or a ClusterAnalysisTemplate.</summary>
public sealed record TemplateReference(string TemplateName, bool IsClusterScoped);
