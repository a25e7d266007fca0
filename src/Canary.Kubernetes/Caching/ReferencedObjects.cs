using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Caching;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Microsoft.Extensions.Logging;

namespace Canary.Kubernetes.Caching;

/// <summary>
/// Objects of one kind of which only those are kept whole that a Rollout names; of the others the name alone. One that a Rollout names
/// since a moment ago is read from the server at the first look.
/// </summary>
internal sealed class ReferencedObjects : IRoutedObjects
{
    private const string Whole = "whole";

    private readonly ApiClient _client;
    private readonly ConcurrentDictionary<ObjectName, JsonObject> _read = new();

    /// <param name="isNamed">Does a Rollout name it?</param>
    /// <param name="project">What is kept of one that is named.</param>
    public ReferencedObjects(ApiClient client, ResourceKind kind, string? ns, Func<JsonObject, bool> isNamed,
        Func<JsonObject, JsonObject> project, TimeProvider time, ILogger log)
    {
        _client = client;
        Project = project;
        Cache = new ResourceCache(client, kind,
            new ResourceCacheOptions(ns, Projection: document => isNamed(document) ? Mark(project(document)) : Identity(document)), time,
            log);
        Cache.Changed += change => _read.TryRemove(change.Name, out _);
    }

    public ResourceCache Cache { get; }

    private Func<JsonObject, JsonObject> Project { get; }

    /// <summary>Why objects of this kind cannot be read; null: they can.</summary>
    public string? Problem => Cache switch
    {
        { HasSynced: true } => null,
        { Problem.IsNotFound: true } =>
            $"the API server serves {Cache.Kind} in none of the "
                + $"versions {string.Join(", ", Cache.Kind.OtherVersions.Prepend(Cache.Kind.Version))}; install it, or give its "
                + "CustomResourceDefinition such a version",
        { Problem: { } problem } => problem.Message,
        _ => $"{Cache.Kind} are not read yet",
    };

    /// <inheritdoc />
    public async Task<JsonObject?> FindAsync(ObjectName name, CancellationToken cancel)
    {
        var known = Cache.Get(name);
        if (known is null || known.ContainsKey(Whole)) return known;
        if (_read.TryGetValue(name, out var read)) return read;
        return await RefreshAsync(name, cancel);
    }

    /// <inheritdoc />
    public async Task<JsonObject?> RefreshAsync(ObjectName name, CancellationToken cancel)
    {
        var live = await _client.FindAsync(Cache.Kind, name, cancel);
        if (live is null) return null;
        Note(live);
        return Project(live);
    }

    /// <inheritdoc />
    public void Note(JsonObject written)
    {
        Cache.Note(written);
        if (Cache.Get(ObjectName.Of(written))?.ContainsKey(Whole) is false)
            _read[ObjectName.Of(written)] = Project((JsonObject)written.DeepClone());
    }

    /// <summary>What there is in a namespace, for a message that something is not.</summary>
    public string DescribeNames(string ns) => ExistingNames.Describe(Cache.Names(ns), ns);

    private static JsonObject Mark(JsonObject document)
    {
        document[Whole] = true;
        return document;
    }

    private static JsonObject Identity(JsonObject document)
    {
        var metadata = new JsonObject();
        foreach (var key in new[] { "name", "namespace", "uid", "resourceVersion" })
        {
            if (Json.Text(document, "metadata", key) is { } value) metadata[key] = value;
        }

        return new JsonObject { ["metadata"] = metadata };
    }
}
