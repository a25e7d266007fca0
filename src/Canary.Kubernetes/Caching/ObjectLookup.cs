using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Api.Caching;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Caching;

/// <summary>The objects of one kind, wherever they are known from: a cache that follows the server, or documents that were read
/// once.</summary>
/// <param name="Kind">Their kind.</param>
/// <param name="Problem">Why they cannot be read; null: they can.</param>
/// <param name="Get">One of them; null: it is not there.</param>
/// <param name="List">Those of a namespace.</param>
/// <param name="Names">The names of those of a namespace.</param>
internal sealed record ObjectLookup(ResourceKind Kind, Func<string?> Problem, Func<ObjectName, JsonObject?> Get,
    Func<string?, IReadOnlyList<JsonObject>> List, Func<string?, IReadOnlyList<ObjectName>> Names)
{
    public static ObjectLookup Of(ResourceCache cache) =>
        new(cache.Kind, () => cache.HasSynced ? null : cache.Problem?.Message ?? "not read yet", cache.Get, cache.List,
            cache.Names);

    /// <param name="kind">The kind that is looked for.</param>
    /// <param name="documents">Objects of any kind.</param>
    /// <param name="problem">Why there may be more; null: these are all.</param>
    public static ObjectLookup Of(ResourceKind kind, IEnumerable<JsonObject> documents, string? problem = null)
    {
        JsonObject[] ours = [.. documents.Where(document => Json.Text(document, "kind") == kind.Kind)];
        return new(
            kind,
            () => problem,
            name => ours.FirstOrDefault(document => Json.Name(document) == name.Name
                && (!kind.IsNamespaced || Json.Namespace(document) == name.Namespace)),
            In,
            ns => [.. In(ns).Select(ObjectName.Of)]);

        IReadOnlyList<JsonObject> In(string? ns) =>
            [.. ours.Where(document => ns is null || !kind.IsNamespaced || Json.Namespace(document) == ns)];
    }

    /// <summary>What there is in a namespace, for a message that something is not.</summary>
    public string DescribeNames(string? ns) => ExistingNames.Describe(Names(ns), ns);
}
