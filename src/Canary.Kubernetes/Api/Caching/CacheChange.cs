using System.Text.Json.Nodes;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Api.Caching;

/// <summary>One change of a cache. The objects are those of the cache: to be read, never changed.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Object">The object as it is now; for a deletion as it was last.</param>
/// <param name="Former">The object as it was before; null when it was not there.</param>
public sealed record CacheChange(ChangeKind Kind, JsonObject Object, JsonObject? Former)
{
    /// <summary>Name of the object.</summary>
    public ObjectName Name => ObjectName.Of(Object);
}
