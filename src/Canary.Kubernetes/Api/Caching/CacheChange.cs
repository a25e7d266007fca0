using System.Text.Json.Nodes;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Api.Caching;

/// <summary>One change of a cache. The objects are those of the cache: to be read, never changed. Each is parsed when it is looked
/// at.</summary>
public sealed class CacheChange
{
    private readonly KeptObject _object;
    private readonly KeptObject? _former;

    internal CacheChange(ChangeKind kind, KeptObject one, KeptObject? former) => (Kind, _object, _former) = (kind, one, former);

    /// <summary>What happened.</summary>
    public ChangeKind Kind { get; }

    /// <summary>Name of the object.</summary>
    public ObjectName Name => _object.Name;

    /// <summary>Version of the object as it is now.</summary>
    public string ResourceVersion => _object.ResourceVersion;

    /// <summary>The object as it is now; for a deletion as it was last.</summary>
    public JsonObject Object => _object.Document;

    /// <summary>The object as it was before; null when it was not there.</summary>
    public JsonObject? Former => _former?.Document;
}
