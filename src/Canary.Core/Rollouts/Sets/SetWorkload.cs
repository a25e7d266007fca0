using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Traffic;

namespace Canary.Core.Rollouts.Sets;

/// <summary>A StatefulSet or a DaemonSet whose pods are the two sides: Canary keeps no copy of it, and updates some of its pods before the
/// others. Source: <c>spec.workload</c>.</summary>
/// <param name="Reference">The set.</param>
/// <param name="Service">Name of the Service that clients call, whose ports the Services of the sides have; null: the Service with the
/// name of the set, where there is one.</param>
public sealed record SetWorkload(WorkloadReference Reference, string? Service)
{
    /// <summary>The value of <c>spec.workload.kind</c>.</summary>
    public const string StatefulSet = "StatefulSet";

    /// <summary>The same of a DaemonSet.</summary>
    public const string DaemonSet = "DaemonSet";

    /// <summary>The workload has a partition, by which Canary holds a new template back.</summary>
    public bool HasPartition => Reference.Kind == StatefulSet;

    /// <summary>Pods of this kind are the two sides themselves.</summary>
    public static bool IsOne(string? kind) => kind is StatefulSet or DaemonSet;

    /// <summary>Name of the Service that clients call.</summary>
    public string ClientService => Service ?? Reference.Name;

    /// <summary>Default name of the Service of a side.</summary>
    public string SideService(bool isStable) => ClientService + (isStable ? CopiedWorkload.StableSuffix : CopiedWorkload.CanarySuffix);

    /// <summary>Kind and name, for a sentence.</summary>
    public override string ToString() => $"{Reference.Kind} {Reference.Name}";
}
