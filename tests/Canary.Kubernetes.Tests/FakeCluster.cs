using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Tests.Api;
using Microsoft.AspNetCore.Http;

namespace Canary.Kubernetes.Tests;

/// <summary>A small API server: objects with versions, lists, watches, status, JSON Patch. It has the answers that matter to those who
/// write: 404, 409, 422.</summary>
internal sealed class FakeCluster : IAsyncDisposable
{
    private const string Istio = "networking.istio.io";

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private readonly List<(long Version, string Type, string Path, JsonObject Object)> _events = [];
    private readonly List<Channel<int>> _watches = [];
    private long _version = 100;
    private FakeApi? _api;

    /// <summary>Answers a write instead of the cluster: status code and message; null: the cluster answers.</summary>
    public Func<HttpRequest, JsonNode?, (int Code, string Message)?> Refusal { get; set; } = (_, _) => null;

    /// <summary>Answers a list instead of the cluster, by its path; null: the cluster answers.</summary>
    public Func<string, (int Code, string Message)?> RefuseReading { get; set; } = _ => null;

    /// <summary>What a mutating webhook does to each patched object.</summary>
    public Action<JsonObject> Mutate { get; set; } = _ => { };

    /// <summary>Completes before a write is answered: what happens meanwhile overtakes the answer.</summary>
    public Func<Task> BeforeTheAnswer { get; set; } = () => Task.CompletedTask;

    /// <summary>Kinds that are not installed.</summary>
    public HashSet<string> Absent { get; } = [];

    /// <summary>The group of KEDA's kinds is there.</summary>
    public bool IsKedaServed { get; set; } = true;

    /// <summary>Versions of networking.istio.io that are served; its objects are the same in each.</summary>
    public IReadOnlyList<string> IstioVersions { get; private set; } = ["v1"];

    public ApiClient Client { get; private set; } = null!;

    /// <summary>Every write that arrived: method and path.</summary>
    public IReadOnlyList<string> Writes =>
        [.. _api!.Requests.Where(request => request.Method != "GET")
            .Select(request => $"{request.Method} {request.PathAndQuery.Split('?')[0]}")];

    public IReadOnlyList<SeenRequest> Requests => _api!.Requests;

    public static async Task<FakeCluster> StartAsync()
    {
        var cluster = new FakeCluster();
        cluster._api = await FakeApi.ServeAsync(cluster.AnswerAsync);
        cluster.Client = A.Client(cluster._api);
        return cluster;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _api!.DisposeAsync();
    }

    /// <summary>Puts an object as if somebody had written it: new, or over what is there.</summary>
    public JsonObject Put(ResourceKind kind, JsonObject document)
    {
        lock (_gate)
        {
            var copy = (JsonObject)document.DeepClone();
            copy["apiVersion"] = kind.ApiVersion;
            copy["kind"] = kind.Kind;
            var path = kind.Path(kind.IsNamespaced ? Json.Namespace(copy) : null, Json.Name(copy), null);
            _objects.TryGetValue(path, out var known);
            copy["metadata"]!["uid"] ??= known?["metadata"]!["uid"]?.DeepClone() ?? $"uid-{kind.Plural}-{Json.Name(copy)}";
            copy["metadata"]!["creationTimestamp"] ??= known?["metadata"]!["creationTimestamp"]?.DeepClone() ?? "2026-01-31T12:00:00Z";
            if (known is null || !JsonNode.DeepEquals(known["spec"], copy["spec"]))
                copy["metadata"]!["generation"] = (Json.Whole(known, "metadata", "generation") ?? 0) + 1;
            return Store(path, copy, known is null ? "ADDED" : "MODIFIED");
        }
    }

    /// <summary>Installs another version of Istio: watches of a version that is served no more end.</summary>
    public void ServeIstio(params string[] versions)
    {
        lock (_gate)
        {
            IstioVersions = versions;
            foreach (var watch in _watches) watch.Writer.TryWrite(0);
        }
    }

    public JsonObject Put(ResourceKind kind, string yaml) => Put(kind, Yaml.Object(yaml));

    public JsonObject Get(ResourceKind kind, string ns, string name)
    {
        lock (_gate) return (JsonObject)_objects[kind.Path(ns, name, null)].DeepClone();
    }

    public IReadOnlyList<JsonObject> List(ResourceKind kind)
    {
        lock (_gate)
            return [.. _objects.Where(entry => Kind(entry.Value) == kind.Kind).Select(entry => (JsonObject)entry.Value.DeepClone())];
    }

    public void Delete(ResourceKind kind, string ns, string name)
    {
        lock (_gate) Remove(kind.Path(ns, name, null));
    }

    private static string Kind(JsonObject document) => Json.Text(document, "kind") ?? "";

    private JsonObject Store(string path, JsonObject document, string type)
    {
        document["metadata"]!["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
        _objects[path] = document;
        Tell(type, path, document);
        return (JsonObject)document.DeepClone();
    }

    private void Remove(string path)
    {
        if (!_objects.Remove(path, out var document)) return;
        document["metadata"]!["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
        Tell("DELETED", path, document);
    }

    private void Tell(string type, string path, JsonObject document)
    {
        _events.Add((_version, type, path, (JsonObject)document.DeepClone()));
        foreach (var watch in _watches) watch.Writer.TryWrite(0);
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        var body = (string)http.Items[FakeApi.Body]!;
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is ["apis", Istio, ..] && await AnswerIstioAsync(http, parts)) return;
        var rest = parts[0] == "api" ? parts[2..] : parts is ["apis", _] ? [] : parts[3..];
        if (rest is ["namespaces", _, _, ..]) rest = rest[2..];
        if (parts is ["apis", "keda.sh", _] && IsKedaServed)
        {
            await WriteAsync(http, 200, new JsonObject
            {
                ["kind"] = "APIResourceList",
                ["resources"] = new JsonArray(new JsonObject { ["name"] = KnownKinds.ScaledObjects.Plural }),
            });
            return;
        }

        // What other groups offer is asked only where one of their kinds is absent.
        if (rest.Length == 0 || Absent.Contains(rest[0]))
        {
            http.Response.StatusCode = 404;
            await http.Response.WriteAsync("404 page not found");
            return;
        }

        if (http.Request.Query["watch"] != "true" && http.Request.Method == "GET" && RefuseReading(path) is { } refused)
            await RefuseAsync(http, refused.Code, "Forbidden", refused.Message);
        else if (http.Request.Query["watch"] == "true") await WatchAsync(http, rest[0], parts[2]);
        else if (http.Request.Method == "GET" && rest.Length == 1) await WriteAsync(http, 200, ListOf(http, rest[0]));
        else await AnswerObjectAsync(http, http.Request.Path.Value!, rest, body.Length == 0 ? null : JsonNode.Parse(body));
    }

    /// <summary>Discovery of the group, and what is asked in a version that is not served; the others are the same as v1.</summary>
    private async Task<bool> AnswerIstioAsync(HttpContext http, string[] parts)
    {
        if (parts.Length > 2 && !IstioVersions.Contains(parts[2]))
        {
            http.Response.StatusCode = 404;
            await http.Response.WriteAsync("404 page not found");
            return true;
        }

        if (parts.Length == 2)
            await WriteAsync(http, 200,
                new JsonObject
                {
                    ["kind"] = "APIGroup",
                    ["name"] = Istio,
                    ["versions"] = new JsonArray([.. IstioVersions.Select(version => new JsonObject { ["version"] = version })])
                });
        else if (parts.Length == 3)
            await WriteAsync(http, 200,
                new JsonObject
                {
                    ["kind"] = "APIResourceList",
                    ["resources"] = new JsonArray([.. new[] { "virtualservices", "destinationrules" }.Where(name => !Absent.Contains(name))
                        .Select(name => new JsonObject { ["name"] = name })])
                });
        else
            http.Request.Path = $"/apis/{Istio}/v1/{string.Join('/', parts[3..])}";
        return parts.Length <= 3;
    }

    private async Task AnswerObjectAsync(HttpContext http, string path, string[] rest, JsonNode? body)
    {
        if (http.Request.Method != "GET" && Refusal(http.Request, body) is { } refusal)
        {
            await RefuseAsync(http, refusal.Code, refusal.Code == 403 ? "Forbidden" : "Invalid", refusal.Message);
            return;
        }

        (int Code, JsonObject Body) answer;
        lock (_gate)
        {
            var target = rest.Length == 3 ? path[..path.LastIndexOf('/')] : path;
            var known = _objects.GetValueOrDefault(target);
            answer = http.Request.Method switch
            {
                "POST" when rest is [_, _, "eviction"] => known is null ? NotFound(target) : Delete(target, known, body?["deleteOptions"]),
                "POST" => Create($"{path}/{Json.Name((JsonObject)body!)}", (JsonObject)body!),
                _ when known is null => NotFound(path),
                "GET" => (200, (JsonObject)known.DeepClone()),
                "PUT" => Replace(target, known, (JsonObject)body!),
                "PATCH" => Patch(target, known, (JsonArray)body!),
                "DELETE" => Delete(target, known, body),
                _ => Status(405, "MethodNotAllowed", "no"),
            };
        }

        if (http.Request.Method != "GET") await BeforeTheAnswer();
        await WriteAsync(http, answer.Code, answer.Body);
    }

    private (int Code, JsonObject Body) Create(string path, JsonObject document)
    {
        if (_objects.ContainsKey(path)) return Status(409, "AlreadyExists", $"{path} already exists");
        document["metadata"]!["uid"] = $"uid-{_version}";
        document["metadata"]!["generation"] = 1;
        document["metadata"]!["creationTimestamp"] = DateTimeOffset.UnixEpoch.AddSeconds(_version)
            .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return (201, Store(path, document, "ADDED"));
    }

    /// <summary>Only ever the status: whatever else is sent is dropped.</summary>
    private (int Code, JsonObject Body) Replace(string path, JsonObject known, JsonObject document)
    {
        if (Documents.ResourceVersion(document) != Documents.ResourceVersion(known))
            return Status(409, "Conflict", "the object has been modified");
        var next = (JsonObject)known.DeepClone();
        next["status"] = document["status"]?.DeepClone();
        return (200, Store(path, next, "MODIFIED"));
    }

    private (int Code, JsonObject Body) Patch(string path, JsonObject known, JsonArray patch)
    {
        JsonObject next;
        try
        {
            next = JsonPatchApplier.Apply(known, patch);
        }
        catch (InvalidOperationException)
        {
            return Status(422, "Invalid", "the server rejected our request due to an error in our request");
        }

        Mutate(next);
        if (JsonNode.DeepEquals(next, known)) return (200, next);
        if (Json.Text(next, "metadata", "deletionTimestamp") is not null
            && Json.Array(next, "metadata", "finalizers") is not { Count: > 0 })
        {
            Remove(path);
            return (200, next);
        }

        if (!JsonNode.DeepEquals(next["spec"], known["spec"]))
            next["metadata"]!["generation"] = Json.Whole(known, "metadata", "generation") + 1;
        return (200, Store(path, next, "MODIFIED"));
    }

    private (int Code, JsonObject Body) Delete(string path, JsonObject known, JsonNode? options)
    {
        if (Json.Text(options, "preconditions", "uid") is { } uid && uid != Documents.Uid(known)) return Status(409, "Conflict", "uid");
        if (Json.Array(known, "metadata", "finalizers") is { Count: > 0 })
        {
            var next = (JsonObject)known.DeepClone();
            next["metadata"]!["deletionTimestamp"] = "2026-01-31T12:00:00Z";
            return (200, Store(path, next, "MODIFIED"));
        }

        Remove(path);
        return (200, new JsonObject { ["kind"] = "Status", ["status"] = "Success" });
    }

    private static (int Code, JsonObject Body) Status(int code, string reason, string message) =>
        (code,
            new JsonObject
            {
                ["kind"] = "Status",
                ["apiVersion"] = "v1",
                ["status"] = "Failure",
                ["code"] = code,
                ["reason"] = reason,
                ["message"] = message
            });

    private static (int Code, JsonObject Body) NotFound(string path)
    {
        var (code, body) = Status(404, "NotFound", $"{path} not found");
        body["details"] = new JsonObject { ["name"] = path.Split('/')[^1] };
        return (code, body);
    }

    private JsonObject ListOf(HttpContext http, string plural)
    {
        var selector = http.Request.Query["labelSelector"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split('=')).ToArray();
        var prefix = http.Request.Path.Value!;
        lock (_gate)
        {
            var items = _objects.Where(entry => IsOf(entry.Key, prefix, plural)
                && selector.All(label => Json.Map(entry.Value, "metadata", "labels").GetValueOrDefault(label[0]) == label[1]));
            return new JsonObject
            {
                ["kind"] = "List",
                ["metadata"] = new JsonObject { ["resourceVersion"] = _version.ToString(CultureInfo.InvariantCulture) },
                ["items"] = new JsonArray([.. items.Select(entry => entry.Value.DeepClone())]),
            };
        }
    }

    private static bool IsOf(string path, string collection, string plural)
    {
        var parts = path.Split('/');
        return parts[^2] == plural
            && (path.StartsWith(collection + "/", StringComparison.Ordinal)
                || !collection.Contains("/namespaces/", StringComparison.Ordinal));
    }

    private async Task WatchAsync(HttpContext http, string plural, string version)
    {
        var seen = long.Parse(http.Request.Query["resourceVersion"].ToString(), CultureInfo.InvariantCulture);
        var signal = Channel.CreateUnbounded<int>();
        lock (_gate) _watches.Add(signal);
        await http.Response.Body.FlushAsync();
        while (!http.RequestAborted.IsCancellationRequested)
        {
            (long Version, string Type, string Path, JsonObject Object)[] fresh;
            lock (_gate) fresh = [.. _events.Where(one => one.Version > seen && IsOf(one.Path, http.Request.Path.Value!, plural))];
            foreach (var one in fresh)
            {
                seen = one.Version;
                await http.Response.WriteAsync(
                    new JsonObject { ["type"] = one.Type, ["object"] = one.Object.DeepClone() }.ToJsonString() + "\n", Encoding.UTF8);
                await http.Response.Body.FlushAsync();
            }

            await signal.Reader.ReadAsync(http.RequestAborted);
            if (Absent.Contains(plural) || (http.Request.Path.StartsWithSegments($"/apis/{Istio}") && !IstioVersions.Contains(version)))
                return;
        }
    }

    private static Task RefuseAsync(HttpContext http, int code, string reason, string message) =>
        WriteAsync(http, code, Status(code, reason, message).Body);

    private static Task WriteAsync(HttpContext http, int code, JsonObject body)
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(body.ToJsonString());
    }
}
