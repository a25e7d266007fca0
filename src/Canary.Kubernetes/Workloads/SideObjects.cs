using System.Collections.Generic;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;

namespace Canary.Kubernetes.Workloads;

/// <summary>What a side names, as far as it is there.</summary>
/// <param name="Subset">Labels of the subset.</param>
internal sealed record SideObjects(SideSpec Spec, JsonObject? Service, IReadOnlyDictionary<string, string>? Subset, JsonObject? Deployment);
