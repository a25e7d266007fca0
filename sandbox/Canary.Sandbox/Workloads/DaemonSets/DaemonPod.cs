namespace Canary.Sandbox.Workloads.DaemonSets;

/// <summary>A pod of a DaemonSet.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Node">The Node that it is made for.</param>
/// <param name="IsUpdated">It is of the present template.</param>
/// <param name="IsAvailable">It has been ready for <c>minReadySeconds</c>.</param>
/// <param name="IsTerminating">It is being deleted.</param>
/// <param name="IsEnded">Its phase is Failed or Succeeded.</param>
internal sealed record DaemonPod(string Name, string Node, bool IsUpdated, bool IsAvailable, bool IsTerminating = false,
    bool IsEnded = false);
