using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Text.Json.Nodes;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Http;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Writing;

/// <summary>Refuses what would exceed a ResourceQuota of its namespace.</summary>
/// <remarks>A real server trusts the usage in the quota's status, which a controller keeps. Here it is counted anew each time.</remarks>
internal sealed class QuotaAdmission(ResourceCatalogue catalogue)
{
    private ServedResource? _quotas;

    private ServedResource Quotas => _quotas ??= catalogue.Find("", "v1", "resourcequotas")!;

    /// <exception cref="ApiRefusal">403 that names the quota.</exception>
    public void Check(WriteTarget target, JsonObject obj)
    {
        if (!target.Resource.IsNamespaced || Quotas.Objects.Objects.Count == 0)
            return;
        foreach (var quota in Quotas.Objects.Objects.Values.Where(stored => stored.Json.Namespace() == target.Namespace)
            .Select(stored => stored.Json).OrderBy(quota => quota.Name(), System.StringComparer.Ordinal))
        {
            if (Problem(target, obj, quota) is { } problem)
                throw ApiRefusal.Forbidden(target.Resource.Group, target.Resource.Plural, obj.Name(), problem);
        }
    }

    private string? Problem(WriteTarget target, JsonObject obj, JsonObject quota)
    {
        var hard = (quota.Child("spec", "hard") ?? [])
            .ToDictionary(entry => entry.Key, entry => QuotaUsage.Nanos(entry.Value?.ToString() ?? ""));
        var requested = QuotaUsage.Read(target.Resource, obj, hard.Keys);
        if (target.Resource is { Group: "", Plural: "pods" } && Unsaid(obj, hard.Keys) is { Length: > 0 } unsaid)
            return $"failed quota: {quota.Name()}: must specify {unsaid}";
        var used = requested.Keys.ToDictionary(name => name, name => QuotaUsage.Total(catalogue, target.Namespace, name));
        var exceeded = requested.Keys.Where(name => used[name] + requested[name] > hard[name])
            .Order(System.StringComparer.Ordinal).ToList();
        return exceeded.Count == 0 ? null
            : $"exceeded quota: {quota.Name()}, requested: {List(exceeded, requested)}, used: {List(exceeded, used)}, "
                + $"limited: {List(exceeded, hard)}";
    }

    // Where a quota limits a compute resource, each container has to say how much of it.
    private static string Unsaid(JsonObject pod, IEnumerable<string> names) => string.Join("; ", names
        .Order(System.StringComparer.Ordinal).Select(name => (Name: name, Compute: QuotaUsage.Compute(name)))
        .Where(entry => entry.Compute is not null)
        .Select(entry => (entry.Name, Containers: (pod.Child("spec")?.Children("containers") ?? [])
            .Where(container => container.Child("resources", entry.Compute!.Value.List)?[entry.Compute!.Value.Resource] is null)
            .Select(container => container.Text("name")).ToList()))
        .Where(entry => entry.Containers.Count > 0)
        .Select(entry => $"{entry.Name} for: {string.Join(',', entry.Containers)}"));

    private static string List(List<string> names, Dictionary<string, BigInteger> amounts) =>
        string.Join(',', names.Select(name => $"{name}={QuotaUsage.Text(name, amounts[name])}"));
}
