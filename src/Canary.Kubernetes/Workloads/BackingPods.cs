using System.Collections.Generic;

namespace Canary.Kubernetes.Workloads;

/// <summary>The pods behind the endpoints of a Service, as of one state of its EndpointSlices.</summary>
/// <param name="Versions">The EndpointSlices and their versions.</param>
/// <param name="Pods">By name. A pod that is gone is not among them.</param>
/// <param name="IsConfirmed">The EndpointSlices have been the same for a while: what they name is no leftover of a change that is on its
/// way.</param>
internal sealed record BackingPods(string Versions, IReadOnlyDictionary<string, BackingPod> Pods, bool IsConfirmed);
