using System.Text.Json.Nodes;

namespace Canary.Kubernetes.Api.Objects;

/// <summary>A change of an object, in one of the forms that API servers take.</summary>
public abstract record Patch
{
    private Patch()
    {
    }

    /// <summary>RFC 6902; a failed <c>test</c> is 422 with reason Invalid, not a conflict.</summary>
    public sealed record JsonPatch(JsonArray Operations) : Patch;

    /// <summary>RFC 7386; a stale <c>resourceVersion</c> in it is a conflict.</summary>
    public sealed record Merge(JsonObject Document) : Patch;

    /// <summary>Kubernetes' own merge with list keys; built-in kinds only.</summary>
    public sealed record StrategicMerge(JsonObject Document) : Patch;

    /// <summary>Server-side apply; creates what is missing. <paramref name="Force"/> takes fields from other managers.</summary>
    public sealed record Apply(JsonObject Document, bool Force) : Patch;
}
