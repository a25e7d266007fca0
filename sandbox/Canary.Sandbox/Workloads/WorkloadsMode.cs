namespace Canary.Sandbox.Workloads;

/// <summary>How much of a cluster the sandbox plays.</summary>
internal enum WorkloadsMode
{
    /// <summary>Workloads down to Nodes, ready pods and EndpointSlices: for a server without controllers.</summary>
    All,

    /// <summary>Only Nodes and the pods: for a cluster that has controllers and no nodes. Pods that have no Node are bound to
    /// one.</summary>
    Kubelet,

    /// <summary>Nothing: for a cluster that has everything.</summary>
    None,
}
