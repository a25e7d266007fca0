using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Caching;

/// <summary>The objects of one kind that a router reads before it writes, and what the server answered to a write.</summary>
internal interface IRoutedObjects
{
    /// <summary>The object as it is known, or null. To be read, never changed.</summary>
    Task<JsonObject?> FindAsync(ObjectName name, CancellationToken cancel);

    /// <summary>The object as the server has it now; null where it is gone.</summary>
    Task<JsonObject?> RefreshAsync(ObjectName name, CancellationToken cancel);

    /// <summary>Takes over what the server answered, so that the next look sees it.</summary>
    void Note(JsonObject written);
}
