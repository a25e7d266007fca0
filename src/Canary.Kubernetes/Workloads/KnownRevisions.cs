using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Mapping;

namespace Canary.Kubernetes.Workloads;

/// <summary>The revisions of a Rollout whose pod templates exist, for who wants to know what an undo can go back to.</summary>
public static class KnownRevisions
{
    /// <summary>The revisions; null: the ReplicaSets or Deployments may not be read.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="rollout">The Rollout, as the API server has it.</param>
    /// <param name="cancel">Ends the reading.</param>
    public static async Task<IReadOnlySet<string>?> FindAsync(ApiClient client, JsonObject rollout, CancellationToken cancel)
    {
        var status = RolloutStatusMapping.Read(rollout["status"]);
        if (status is not { RevisionScheme: { } scheme, Accepted.Traffic: { NamedCanary.Workload: { } canary } traffic })
            return new HashSet<string>(StringComparer.Ordinal);
        try
        {
            var ns = Json.Namespace(rollout);
            var live = await client.FindAsync(KnownKinds.Deployments, new ObjectName(ns, canary.Name), cancel);
            var stable = traffic.NamedStable.Workload is { } other
                ? await client.FindAsync(KnownKinds.Deployments, new ObjectName(ns, other.Name), cancel) : null;
            return live is null ? new HashSet<string>(StringComparer.Ordinal)
                : (await new RevisionTemplates(client, ns).ListAsync(stable, live, scheme, null, cancel)).Select(one => one.Revision)
                    .ToHashSet(StringComparer.Ordinal);
        }
        catch (ApiException failure) when (failure.IsForbidden)
        {
            return null;
        }
    }
}
