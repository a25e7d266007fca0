using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Api.Wire;

namespace Canary.Kubernetes.Api;

/// <summary>Speaks to one API server. Safe for use from many threads.</summary>
/// <remarks>
/// Every failure is an <see cref="ApiException"/>; reads are repeated for a while first, writes only as <see cref="WriteOptions"/> says.
/// A 409 is never repeated here: only the caller knows what to look at again.
/// </remarks>
public sealed class ApiClient : IDisposable
{
    private const int PageSize = 500;
    private const string Metadata = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1, application/json";

    private readonly ApiTransport _transport;
    private readonly TimeProvider _time;
    private readonly ServedVersions _versions;

    /// <exception cref="KubeConfigException">The configuration cannot work.</exception>
    public ApiClient(ApiServerConfiguration config, TimeProvider time, ApiClientOptions? options = null)
        : this(config, time, options, handler: null)
    {
    }

    /// <summary>The same over another way to the server than connections of its own.</summary>
    internal ApiClient(ApiServerConfiguration config, TimeProvider time, ApiClientOptions? options, HttpMessageHandler? handler)
    {
        Config = config;
        _time = time;
        _transport = new ApiTransport(config, options ?? ApiClientOptions.Default, time, handler);
        _versions = new ServedVersions(_transport);
    }

    /// <summary>The server that this client speaks to.</summary>
    public ApiServerConfiguration Config { get; }

    public void Dispose() => _transport.Dispose();

    /// <summary>One object.</summary>
    /// <exception cref="ApiException">404 when it is not there.</exception>
    public Task<JsonObject> GetAsync(ResourceKind kind, ObjectName name, CancellationToken cancel) => GetAsync(kind, name, null, cancel);

    /// <summary>One object, or its subresource such as <c>scale</c>.</summary>
    /// <exception cref="ApiException">404 when it is not there.</exception>
    public Task<JsonObject> GetAsync(ResourceKind kind, ObjectName name, string? subresource, CancellationToken cancel) =>
        ObjectAsync(kind, served => ApiRequest.Get("get", Resource(kind, subresource), served.Path(name.Namespace, name.Name, subresource)),
            cancel);

    /// <summary>One object, or null when it, its namespace or its whole kind is not there.</summary>
    public async Task<JsonObject?> FindAsync(ResourceKind kind, ObjectName name, CancellationToken cancel)
    {
        var (answer, request) = await _versions.SendAsync(kind,
            served => ApiRequest.Get("get", kind.ToString(), served.Path(name.Namespace, name.Name, null)), cancel);
        using var read = answer;
        return answer.Code == 404 ? null : AnswerReader.Object(answer, _transport.Describe(request));
    }

    /// <summary>One page of a list; of all namespaces when <paramref name="ns"/> is null.</summary>
    public async Task<ObjectList> ListAsync(ResourceKind kind, string? ns, ListOptions options, CancellationToken cancel)
    {
        var query = new Query()
            .Add("labelSelector", options.LabelSelector).Add("fieldSelector", options.FieldSelector)
            .Add("resourceVersion", options.ResourceVersion).Add("limit", options.Limit?.ToString(CultureInfo.InvariantCulture))
            .Add("continue", options.Continue);
        var accept = options.IsMetadataOnly ? Metadata : ApiRequest.Json;
        return ListReader.Read(
            await ObjectAsync(kind,
                served => ApiRequest.Get("list", kind.ToString(), served.Path(ns, null, null) + query) with
                {
                    Accept = accept,
                    LongestAnswer = options.Limit is null ? AnswerBody.LongestList : AnswerBody.LongestPage
                }, cancel), _versions.Of(kind));
    }

    /// <summary>A whole list, fetched in pages; the limit is the size of a page. Where the objects are so large that a page is more than is
    /// read of one, the pages get smaller.</summary>
    public async Task<ObjectList> ListAllAsync(ResourceKind kind, string? ns, ListOptions options, CancellationToken cancel)
    {
        var (items, version) = await ListAllAsync(kind, ns, options, static item => item, cancel);
        return new ObjectList(items, version, null);
    }

    /// <summary>The same, with what is to be kept of each object: no page is held until the last one has come.</summary>
    internal async Task<(IReadOnlyList<T> Items, string ResourceVersion)> ListAllAsync<T>(
        ResourceKind kind, string? ns, ListOptions options, Func<JsonObject, T> keep, CancellationToken cancel)
    {
        for (var size = options.Limit ?? PageSize; ; size /= 4)
        {
            try
            {
                return await ListPagesAsync(kind, ns, options with { Limit = size }, keep, cancel);
            }
            catch (ApiException large) when (large.Status.Reason == AnswerBody.TooLarge && size >= 4)
            {
                // Fewer at a time.
            }
        }
    }

    private async Task<(IReadOnlyList<T> Items, string ResourceVersion)> ListPagesAsync<T>(
        ResourceKind kind, string? ns, ListOptions options, Func<JsonObject, T> keep, CancellationToken cancel)
    {
        var (items, asked) = (new List<T>(), options);
        try
        {
            while (true)
            {
                var page = await ListAsync(kind, ns, asked, cancel);
                items.AddRange(page.Items.Select(keep));
                if (page.Continue is not { } next) return (items, page.ResourceVersion);
                // A page of a known list says its version by the token; both together are refused.
                asked = options with { Continue = next, ResourceVersion = null };
            }
        }
        catch (ApiException expired) when (expired.IsGone && asked != options)
        {
            // The list grew too old between two pages. Only a list in one piece is sure to be of one moment.
            var whole = await ListAsync(kind, ns, options with { Limit = null, Continue = null }, cancel);
            return ([.. whole.Items.Select(keep)], whole.ResourceVersion);
        }
    }

    /// <summary>Changes, each at the moment when it arrives. Ends when the server ends the stream.</summary>
    /// <exception cref="ApiException">Refused, or the connection was lost. An ERROR line is an event, not an exception.</exception>
    public IAsyncEnumerable<WatchEvent> WatchAsync(ResourceKind kind, string? ns, WatchOptions options, CancellationToken cancel) =>
        WatchAsync(kind, ns, options, static () => { }, cancel);

    /// <summary>The same, and tells when the server has accepted the watch: on a quiet one the first event may be far away.</summary>
    internal async IAsyncEnumerable<WatchEvent> WatchAsync(ResourceKind kind, string? ns, WatchOptions options, Action accepted,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var served = _versions.Of(kind);
        var events = Open(served);
        try
        {
            bool hasNext;
            try
            {
                hasNext = await events.MoveNextAsync();
            }
            catch (ApiException missing) when (missing.IsNotFound)
            {
                if (await _versions.FindOtherAsync(kind, served, cancel) is not { } other) throw;
                await events.DisposeAsync();
                events = Open(other);
                hasNext = await events.MoveNextAsync();
            }

            for (; hasNext; hasNext = await events.MoveNextAsync()) yield return events.Current;
        }
        finally
        {
            await events.DisposeAsync();
        }

        IAsyncEnumerator<WatchEvent> Open(ResourceKind version) =>
            new WatchStream(_transport, version, ns, options, _time).ReadAsync(accepted, cancel).GetAsyncEnumerator(cancel);
    }

    /// <summary>Creates an object.</summary>
    public Task<JsonObject> CreateAsync(ResourceKind kind, string? ns, JsonObject document, WriteOptions options,
        CancellationToken cancel) =>
        ObjectAsync(kind,
            served => Write(HttpMethod.Post, "create", kind, served.Path(ns, null, null), null, InVersion(document, kind, served),
                "application/json", options), cancel);

    /// <summary>Creates a subresource of an object, such as <c>binding</c>.</summary>
    public Task<JsonObject> CreateAsync(ResourceKind kind, ObjectName name, string subresource, JsonObject document, WriteOptions options,
        CancellationToken cancel) => ObjectAsync(
        kind,
        served => Write(HttpMethod.Post, "create", kind, served.Path(name.Namespace, name.Name, subresource), subresource, document,
            "application/json", options),
        cancel);

    /// <summary>Replaces an object, or its subresource such as <c>status</c>; the name is that of the document.</summary>
    public Task<JsonObject> ReplaceAsync(ResourceKind kind, JsonObject document, string? subresource, WriteOptions options,
        CancellationToken cancel)
    {
        var name = ObjectName.Of(document);
        return ObjectAsync(
            kind,
            served => Write(HttpMethod.Put, "update", kind, served.Path(name.Namespace, name.Name, subresource), subresource,
                InVersion(document, kind, served), "application/json", options),
            cancel);
    }

    /// <summary>Changes an object, or its subresource such as <c>status</c>.</summary>
    public Task<JsonObject> PatchAsync(
        ResourceKind kind, ObjectName name, Patch patch, string? subresource, WriteOptions options, CancellationToken cancel)
    {
        var (body, type) = patch switch
        {
            Patch.JsonPatch json => ((JsonNode)json.Operations, "application/json-patch+json"),
            Patch.Merge merge => (merge.Document, "application/merge-patch+json"),
            Patch.StrategicMerge strategic => (strategic.Document, "application/strategic-merge-patch+json"),
            Patch.Apply apply => (apply.Document, "application/apply-patch+yaml"),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        var verb = patch is Patch.Apply ? "apply" : "patch";
        return ObjectAsync(
            kind,
            served => Write(
                HttpMethod.Patch, verb, kind, served.Path(name.Namespace, name.Name, subresource), subresource,
                InVersion(body, kind, served), type, options, patch is Patch.Apply { Force: true }),
            cancel);
    }

    /// <summary>Deletes an object. The answer is the object where it stays for a while, else a Status.</summary>
    public Task<JsonObject> DeleteAsync(ResourceKind kind, ObjectName name, DeleteOptions options, CancellationToken cancel)
    {
        var body = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "DeleteOptions" };
        if (options.Propagation is { } propagation) body["propagationPolicy"] = propagation.ToString();
        if (options.GracePeriod is { } grace) body["gracePeriodSeconds"] = (long)grace.TotalSeconds;
        if (options.DryRun) body["dryRun"] = new JsonArray("All");
        var preconditions = new JsonObject();
        if (options.Uid is not null) preconditions["uid"] = options.Uid;
        if (options.ResourceVersion is not null) preconditions["resourceVersion"] = options.ResourceVersion;
        if (preconditions.Count > 0) body["preconditions"] = preconditions;

        return ObjectAsync(
            kind,
            served => new ApiRequest(
                HttpMethod.Delete, "delete", kind.ToString(), served.Path(name.Namespace, name.Name, null), RequestText.ToBytes(body),
                "application/json", IsRepeatable: options.Uid is not null),
            cancel);
    }

    /// <summary>Any document that the server has: discovery, <c>/version</c>, <c>/openapi/v3</c>. The path begins with a slash and may
    /// carry a query.</summary>
    public async Task<JsonNode> GetRawAsync(string path, CancellationToken cancel)
    {
        var request = ApiRequest.Get("get", "nonresource", path) with { LongestAnswer = AnswerBody.LongestPage };
        using var answer = await _transport.SendAsync(request, cancel);
        return AnswerReader.Document(answer, _transport.Describe(request));
    }

    /// <summary>A call of the library's typed client: for Leases and Events, of which Canary keeps and writes nothing that a type could
    /// lose.</summary>
    /// <exception cref="ApiException">As with all other requests.</exception>
    internal Task<T> CallAsync<T>(Func<k8s.IKubernetes, Task<T>> call) => _transport.CallAsync(call);

    /// <summary>Whether the server has this kind in one of its versions.</summary>
    public async Task<bool> ServesAsync(ResourceKind kind, CancellationToken cancel) =>
        await _versions.DiscoverAsync(kind, cancel) is not null;

    private async Task<JsonObject> ObjectAsync(ResourceKind kind, Func<ResourceKind, ApiRequest> build, CancellationToken cancel)
    {
        var (answer, request) = await _versions.SendAsync(kind, build, cancel);
        using var read = answer;
        return AnswerReader.Object(answer, _transport.Describe(request));
    }

    /// <summary>A document says the version of the path that it is sent to.</summary>
    private static JsonNode InVersion(JsonNode body, ResourceKind kind, ResourceKind served)
    {
        if (kind.OtherVersions.Count == 0 || body is not JsonObject document || document["apiVersion"] is null
            || (string?)document["apiVersion"] == served.ApiVersion) return body;
        var copy = document.DeepClone();
        copy["apiVersion"] = served.ApiVersion;
        return copy;
    }

    private static ApiRequest Write(
        HttpMethod method, string verb, ResourceKind kind, string path, string? subresource, JsonNode body, string type,
        WriteOptions options, bool force = false)
    {
        var query = new Query()
            .Add("fieldManager", options.FieldManager).Add("dryRun", options.DryRun ? "All" : null)
            .Add("fieldValidation", options.FieldValidation).Add("force", force ? "true" : null);
        return new ApiRequest(method, verb, Resource(kind, subresource), path + query, RequestText.ToBytes(body), type,
            options.IsRepeatable);
    }

    private static string Resource(ResourceKind kind, string? subresource) =>
        subresource is null ? kind.ToString() : $"{kind}/{subresource}";
}
