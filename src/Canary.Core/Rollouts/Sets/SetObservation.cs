using Canary.Core.Units;

namespace Canary.Core.Rollouts.Sets;

/// <summary>A set and its Services, as they are.</summary>
/// <param name="Replicas">Pods that it asks for.</param>
/// <param name="Partition">Pods with a lower index keep the revision before the update. <see cref="SetLevels.Held"/>: all of them
/// do. Null: there is none, as with a DaemonSet: a pod keeps its revision until it is deleted.</param>
/// <param name="CurrentRevision">The revision that a pod below the partition comes back at; without a partition every pod does, and it is
/// that of the present template. Empty: not known.</param>
/// <param name="UpdateRevision">The revision of the present template; null: its controller has not seen the newest template yet.</param>
/// <param name="Services">What the Services of the sides select.</param>
/// <param name="Pods">Its pods, in order of their index; empty where nobody needs them: all run the revision that they are to run.</param>
public sealed record SetObservation(int Replicas, int? Partition, string CurrentRevision, string? UpdateRevision, SetServices Services,
    EquatableArray<SetPod> Pods)
{
    /// <summary>Pods are updated only when they are deleted, and come back at the present template then.</summary>
    public bool IsOnDelete => Partition is null;

    /// <summary>Kubernetes replaces its pods itself, without a partition: its owner changed the update strategy.</summary>
    public bool IsRolling { get; init; }

    /// <summary>Pods that the partition lets run the new revision.</summary>
    public int PodsAbovePartition => Partition is { } partition && partition < Replicas ? Replicas - partition : 0;

    /// <summary>The update is over: the present template is also the one that pods come back at.</summary>
    public bool IsComplete => UpdateRevision is not null && UpdateRevision == CurrentRevision;
}

/// <summary>What the Services of the two sides select by besides the labels of the set.</summary>
/// <param name="AreThere">Both exist.</param>
/// <param name="Stable">The revision whose pods stable's Service selects; null: all pods of the set, or it is not there.</param>
/// <param name="Canary">The revision whose pods the canary's Service selects; null: as above.</param>
public sealed record SetServices(bool AreThere, string? Stable, string? Canary);

/// <summary>A pod of a set.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Uid">Its <c>metadata.uid</c>: the pod that takes its place has another one.</param>
/// <param name="Index">Its place among the pods of the set, from 0: the ordinal, less the one that the set starts at. With a DaemonSet its
/// place by the names of the Nodes.</param>
/// <param name="Revision">The revision that it runs.</param>
/// <param name="IsReady">It is ready, and is not being deleted.</param>
/// <param name="IsTerminating">It is being deleted.</param>
public sealed record SetPod(string Name, string Uid, int Index, string Revision, bool IsReady, bool IsTerminating = false)
{
    /// <summary>It was to be gone by now, and its Node does not say that it is: nobody waits for it.</summary>
    public bool IsLost { get; init; }
}
