namespace Canary.Sandbox.Workloads.Reconciling;

/// <summary>Annotations by which people and tests tell the sandbox what shall happen.</summary>
internal static class SandboxAnnotations
{
    /// <summary>On a pod template: <c>"true"</c> makes pods that run and never become ready.</summary>
    public const string NeverReady = "sandbox.canary.delivery/never-ready";

    /// <summary>On a pod template: <c>"true"</c> makes pods for which no Node has room.</summary>
    public const string Unschedulable = "sandbox.canary.delivery/unschedulable";

    /// <summary>On a Node: while it is <c>"true"</c>, the machine is cut off from the cluster and its pods answer nobody.</summary>
    public const string Lost = "sandbox.canary.delivery/lost";

    /// <summary>On pods or on what is scaled: the CPU utilization that a HorizontalPodAutoscaler measures, in percent of the
    /// request.</summary>
    public const string Cpu = "sandbox.canary.delivery/cpu";
}
