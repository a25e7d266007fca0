using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Api.Caching;

/// <summary>One object as it is and as it changes, across watches that end; ends when the object is deleted.</summary>
/// <remarks>A watch that fails, or ends within a second, is repeated after a pause that doubles from 0.2 s to 30 s; the object is read
/// again first.</remarks>
public sealed class ObjectFeed(ApiClient client, ResourceKind kind, ObjectName name, TimeProvider time)
{
    private static readonly TimeSpan ShortWatch = TimeSpan.FromSeconds(1);

    /// <exception cref="ApiException">The object is not there, may not be read or watched, or the server is away.</exception>
    public async IAsyncEnumerable<JsonObject> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(30));
        while (true)
        {
            var found = await client.GetAsync(kind, name, cancel);
            yield return found;
            var started = time.GetTimestamp();
            var options = new WatchOptions(FieldSelector: $"metadata.name={name.Name}", ResourceVersion: Documents.ResourceVersion(found));
            await using var events = client.WatchAsync(kind, name.Namespace, options, cancel).GetAsyncEnumerator(cancel);
            var change = await NextAsync(events);
            for (; change is not (null or WatchEvent.Error); change = await NextAsync(events))
            {
                if (change is WatchEvent.Deleted) yield break;
                if (change is WatchEvent.Modified modified) yield return modified.Object;
                if (change is WatchEvent.Added added) yield return added.Object;
            }

            if (time.GetElapsedTime(started) > ShortWatch) backoff.Reset();
            if (change is WatchEvent.Error || time.GetElapsedTime(started) <= ShortWatch) await Task.Delay(backoff.Next(), time, cancel);
        }
    }

    /// <summary>The next event; null where the watch ended, was cut off, or is refused for now.</summary>
    private static async Task<WatchEvent?> NextAsync(IAsyncEnumerator<WatchEvent> events)
    {
        try
        {
            return await events.MoveNextAsync() ? events.Current : null;
        }
        catch (ApiException passing) when (passing.IsUnanswered || passing.IsGone || passing.Status.Code is 429 or >= 500)
        {
            return null;
        }
    }
}
