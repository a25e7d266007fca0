using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Mapping;

/// <summary>The workloads that a status was decided from, in the status of a Rollout.</summary>
internal static class ObservedWorkloadsMapping
{
    private const int LongestName = 253;

    public static ObservedWorkloads Read(FieldReader observed) =>
        observed.IsPresent ? new(ReadOne(observed.Child("stable")), ReadOne(observed.Child("canary"))) : ObservedWorkloads.None;

    public static JsonObject? Write(ObservedWorkloads observed) => observed == ObservedWorkloads.None
        ? null
        : new JsonObject().Put("stable", WriteOne(observed.Stable)).Put("canary", WriteOne(observed.Canary));

    private static ObservedWorkload? ReadOne(FieldReader workload) =>
        workload.IsPresent && workload.Short("name", LongestName) is { } name && workload.Short("uid", LongestName) is { } uid
        && workload.Whole("generation") is { } generation
            ? new ObservedWorkload(name, uid, generation)
            : null;

    private static JsonObject? WriteOne(ObservedWorkload? workload) =>
        workload is null ? null : new JsonObject { ["name"] = workload.Name, ["uid"] = workload.Uid, ["generation"] = workload.Generation };
}
