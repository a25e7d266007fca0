using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Threading;
using Canary.Cli.Commands;
using Canary.Kubernetes.Api;

namespace Canary.Cli.Requests;

/// <summary>One Rollout as it is and as it changes, across watches that end; ends when it is deleted.</summary>
internal sealed class RolloutFeed(Cluster cluster, string name)
{
    public async IAsyncEnumerable<JsonObject> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        while (true)
        {
            var rollout = await cluster.Client.GetAsync(KnownKinds.Rollouts, new ObjectName(cluster.Namespace, name), cancel);
            yield return rollout;
            var options = new WatchOptions(
                FieldSelector: $"metadata.name={name}",
                ResourceVersion: (string?)rollout["metadata"]?["resourceVersion"]);
            await foreach (var change in cluster.Client.WatchAsync(KnownKinds.Rollouts, cluster.Namespace, options, cancel))
            {
                if (change is WatchEvent.Deleted) yield break;
                if (change is WatchEvent.Error) break;
                if (change is WatchEvent.Modified modified) yield return modified.Object;
                if (change is WatchEvent.Added added) yield return added.Object;
            }
        }
    }
}
