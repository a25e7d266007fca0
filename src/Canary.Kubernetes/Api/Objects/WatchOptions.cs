using System;

namespace Canary.Kubernetes.Api.Objects;

/// <summary>What a watch shows and from where.</summary>
/// <param name="ResourceVersion">Changes after this state. Null: everything that is there first, as Added.</param>
/// <param name="LabelSelector">Selector such as <c>app=checkout</c>; null for all.</param>
/// <param name="FieldSelector">Selector such as <c>metadata.name=checkout</c>; null for all.</param>
/// <param name="Timeout">When the server ends the stream; whole seconds. Null: five to ten minutes, by lot, so that many watches do not end
/// at once.</param>
/// <param name="AllowBookmarks">Whether the server may send bookmarks.</param>
public sealed record WatchOptions(
    string? ResourceVersion = null,
    string? LabelSelector = null,
    string? FieldSelector = null,
    TimeSpan? Timeout = null,
    bool AllowBookmarks = true);
