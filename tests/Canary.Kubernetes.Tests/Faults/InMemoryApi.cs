using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Tests.Faults;

/// <summary>An API server without a network: versions, status subresource, JSON Patch, finalizers. Each request takes effect when it is
/// handled, and as a whole.</summary>
internal sealed class InMemoryApi
{
    private readonly SortedDictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private long _version = 100;
    private int _made;

    /// <summary>Plural of the kind, what happened, and the object as it is now.</summary>
    public event Action<string, ChangeKind, JsonObject>? Changed;

    public IEnumerable<JsonObject> All(string plural) => _objects.Where(entry => Plural(entry.Key) == plural).Select(entry => entry.Value);

    public JsonObject? Find(ResourceKind kind, string name) => _objects.GetValueOrDefault(kind.Path("shop", name, null));

    public ObjectList List(ResourceKind kind) =>
        new([.. All(kind.Plural).Select(document => (JsonObject)document.DeepClone())], _version.ToString(CultureInfo.InvariantCulture),
            null);

    /// <summary>Uid of an object that is there from the beginning.</summary>
    public static string UidOf(string kind, string name) => $"uid-{kind}-{name}";

    /// <summary>Puts an object as if somebody had written it.</summary>
    public JsonObject Put(ResourceKind kind, JsonObject document)
    {
        var copy = (JsonObject)document.DeepClone();
        copy["apiVersion"] = kind.ApiVersion;
        copy["kind"] = kind.Kind;
        copy["metadata"]!["uid"] ??= kind == KnownKinds.Rollouts ? $"uid-{++_made}" : UidOf(kind.Kind, Json.Name(copy));
        copy["metadata"]!["creationTimestamp"] ??= "2026-01-31T12:00:00Z";
        copy["metadata"]!["generation"] ??= 1;
        return Store(kind.Path("shop", Json.Name(copy), null), copy);
    }

    /// <summary>Changes an object as another hand would, or its own controller.</summary>
    public void Edit(ResourceKind kind, string name, Action<JsonObject> change)
    {
        if (Find(kind, name) is not { } known) return;
        var next = (JsonObject)known.DeepClone();
        change(next);
        if (!JsonNode.DeepEquals(next["spec"], known["spec"]))
            next["metadata"]!["generation"] = (Json.Whole(known, "metadata", "generation") ?? 0) + 1;
        Store(kind.Path("shop", name, null), next);
    }

    /// <summary>Carries a request out.</summary>
    /// <param name="method">Such as PATCH.</param>
    /// <param name="path">Without the query.</param>
    /// <param name="body">What is sent; null: nothing.</param>
    /// <param name="query">Of a list: its selectors.</param>
    public (int Code, JsonObject Body) Handle(string method, string path, JsonNode? body, string query = "")
    {
        var isStatus = path.EndsWith("/status", StringComparison.Ordinal);
        var target = isStatus ? path[..^"/status".Length] : path;
        var known = _objects.GetValueOrDefault(target);
        return method switch
        {
            "POST" => Create(path, (JsonObject)body!.DeepClone()),
            "GET" when Plural(path + "/x") is { } plural && known is null && path.EndsWith("/" + plural, StringComparison.Ordinal) =>
                (200,
                    new JsonObject
                    {
                        ["metadata"] = new JsonObject { ["resourceVersion"] = "1" },
                        ["items"] = new JsonArray([.. All(plural).Where(one => IsSelected(one, query)).Select(one => one.DeepClone())])
                    }),
            _ when known is null => Status(404, "NotFound", $"{path} not found"),
            "GET" => (200, (JsonObject)known.DeepClone()),
            "PUT" => ReplaceStatus(target, known, (JsonObject)body!),
            "PATCH" => Patch(target, known, (JsonArray)body!),
            "DELETE" => Delete(target, known),
            _ => Status(405, "MethodNotAllowed", "no"),
        };
    }

    private (int Code, JsonObject Body) Create(string path, JsonObject document)
    {
        var target = $"{path}/{Json.Name(document)}";
        if (_objects.ContainsKey(target)) return Status(409, "AlreadyExists", $"{target} already exists");
        document["metadata"]!["uid"] = $"uid-{++_made}";
        document["metadata"]!["generation"] = 1;
        document["metadata"]!["creationTimestamp"] = "2026-03-01T12:00:00Z";
        return (201, Store(target, document));
    }

    private (int Code, JsonObject Body) ReplaceStatus(string path, JsonObject known, JsonObject document)
    {
        if (Documents.ResourceVersion(document) != Documents.ResourceVersion(known) || Documents.Uid(document) != Documents.Uid(known))
            return Status(409, "Conflict", "the object has been modified");
        var next = (JsonObject)known.DeepClone();
        next["status"] = document["status"]?.DeepClone();
        return (200, Store(path, next));
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

        if (JsonNode.DeepEquals(next, known)) return (200, next);
        if (!JsonNode.DeepEquals(next["spec"], known["spec"]))
            next["metadata"]!["generation"] = (Json.Whole(known, "metadata", "generation") ?? 0) + 1;
        if (Json.Text(next, "metadata", "deletionTimestamp") is null || Json.Array(next, "metadata", "finalizers") is { Count: > 0 })
            return (200, Store(path, next));
        Remove(path, next);
        return (200, next);
    }

    private (int Code, JsonObject Body) Delete(string path, JsonObject known)
    {
        if (Json.Array(known, "metadata", "finalizers") is not { Count: > 0 })
        {
            Remove(path, (JsonObject)known.DeepClone());
            return Status(200, "", "");
        }

        var next = (JsonObject)known.DeepClone();
        next["metadata"]!["deletionTimestamp"] = "2026-03-01T12:00:00Z";
        return (200, Store(path, next));
    }

    private JsonObject Store(string path, JsonObject document)
    {
        var kind = _objects.ContainsKey(path) ? ChangeKind.Modified : ChangeKind.Added;
        document["metadata"]!["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
        _objects[path] = document;
        Changed?.Invoke(Plural(path), kind, document);
        return (JsonObject)document.DeepClone();
    }

    private void Remove(string path, JsonObject last)
    {
        last["metadata"]!["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
        _objects.Remove(path);
        Changed?.Invoke(Plural(path), ChangeKind.Deleted, last);
    }

    /// <summary>Equality of labels, and of the name: the client asks for nothing else.</summary>
    private static bool IsSelected(JsonObject document, string query)
    {
        foreach (var parameter in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (parameter.Split('=', 2) is not [var key and ("labelSelector" or "fieldSelector"), var selector]) continue;
            foreach (var requirement in Uri.UnescapeDataString(selector).Split(','))
            {
                var (name, value) = requirement.Split('=', 2) is [var left, var right] ? (left, right)
                    : throw new NotSupportedException(requirement);
                var found = key == "labelSelector" ? Json.Text(document, "metadata", "labels", name) : Json.Text(document, name.Split('.'));
                if (found != value) return false;
            }
        }

        return true;
    }

    private static string Plural(string path) => path.Split('/')[^2];

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
}
