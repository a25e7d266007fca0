using System.Collections.Generic;

namespace Canary.Kubernetes.Pods;

/// <summary>The pods behind the endpoints of a Service, as of one state of its EndpointSlices.</summary>
/// <param name="Versions">The EndpointSlices and their versions.</param>
/// <param name="Pods">By name. A pod that is gone is not among them.</param>
/// <param name="IsConfirmed">The EndpointSlices have been the same for a while: what they name is no leftover of a change that is on its
/// way.</param>
internal sealed record BackingPods(string Versions, IReadOnlyDictionary<string, BackingPod> Pods, bool IsConfirmed);

/// <summary>A pod behind an endpoint of a Service.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its resourceVersion, which the write of a label tests.</param>
/// <param name="Labels">Its labels, which a subset may select by.</param>
/// <param name="Owner">What controls it, such as a ReplicaSet; null: nothing.</param>
/// <param name="Deployment">The Deployment that controls its ReplicaSet; null: none does.</param>
/// <param name="IsSelected">The Service's selector selects it. False: an endpoint names it all the same, which is so for a moment after its
/// labels were changed.</param>
internal sealed record BackingPod(string Name, string Version, IReadOnlyDictionary<string, string> Labels, ObjectOwner? Owner,
    ObjectOwner? Deployment, bool IsSelected);
