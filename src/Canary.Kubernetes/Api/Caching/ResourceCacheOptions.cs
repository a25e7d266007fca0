using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace Canary.Kubernetes.Api.Caching;

/// <summary>What a cache holds.</summary>
/// <param name="Namespace">Only this namespace; null for all.</param>
/// <param name="LabelSelector">Only objects with these labels.</param>
/// <param name="FieldSelector">Only objects with these fields.</param>
/// <param name="Projection">What is kept of an object; must keep name, namespace, uid and resourceVersion. Null: all but managedFields,
/// which are never kept.</param>
/// <param name="Indexes">Keys by which objects are found, by the name of the index.</param>
public sealed record ResourceCacheOptions(
    string? Namespace = null,
    string? LabelSelector = null,
    string? FieldSelector = null,
    Func<JsonObject, JsonObject>? Projection = null,
    IReadOnlyDictionary<string, Func<JsonObject, IEnumerable<string>>>? Indexes = null)
{
    /// <summary>All objects of all namespaces.</summary>
    public static ResourceCacheOptions All { get; } = new();
}
