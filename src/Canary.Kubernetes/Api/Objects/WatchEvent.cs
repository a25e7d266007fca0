using System.Text.Json.Nodes;

namespace Canary.Kubernetes.Api.Objects;

/// <summary>One line of a watch.</summary>
public abstract record WatchEvent
{
    private WatchEvent()
    {
    }

    /// <summary>The object appeared, or was there when the watch began.</summary>
    public sealed record Added(JsonObject Object) : WatchEvent;

    /// <summary>The object changed.</summary>
    public sealed record Modified(JsonObject Object) : WatchEvent;

    /// <summary>The object is gone, or has left the selection; its last state with the version of the deletion.</summary>
    public sealed record Deleted(JsonObject Object) : WatchEvent;

    /// <summary>Everything up to this version has been sent.</summary>
    public sealed record Bookmark(string ResourceVersion) : WatchEvent;

    /// <summary>The server ends the watch; 410 means that the version asked for is too old and a new list is needed.</summary>
    public sealed record Error(ApiStatus Status) : WatchEvent;
}

/// <summary>What happened to an object of a cache.</summary>
public enum ChangeKind
{
    Added,
    Modified,
    Deleted,
}
