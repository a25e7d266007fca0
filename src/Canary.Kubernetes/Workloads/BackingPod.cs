using System.Collections.Generic;

namespace Canary.Kubernetes.Workloads;

/// <summary>A pod behind an endpoint of a Service.</summary>
/// <param name="Labels">Its labels, which a subset may select by.</param>
/// <param name="Owner">What controls it, such as a ReplicaSet; null: nothing.</param>
/// <param name="Deployment">The Deployment that controls its ReplicaSet; null: none does.</param>
/// <param name="IsSelected">The Service's selector selects it. False: an endpoint names it all the same, which is so for a moment after its
/// labels were changed.</param>
internal sealed record BackingPod(string Name, IReadOnlyDictionary<string, string> Labels, ObjectOwner? Owner, ObjectOwner? Deployment,
    bool IsSelected);
