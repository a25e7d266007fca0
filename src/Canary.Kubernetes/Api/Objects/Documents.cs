using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace Canary.Kubernetes.Api.Objects;

/// <summary>Reads what every document has.</summary>
public static class Documents
{
    public static string Uid(JsonObject document) => Metadata(document, "uid");

    public static string ResourceVersion(JsonObject document) => Metadata(document, "resourceVersion");

    /// <summary>Uids of the owners, as keys of an index.</summary>
    public static IEnumerable<string> OwnerUids(JsonObject document) =>
        (document["metadata"] as JsonObject)?["ownerReferences"] is JsonArray owners
        ? owners.OfType<JsonObject>().Select(owner => Text(owner["uid"])).OfType<string>()
        : [];

    /// <summary>
    /// A projection that keeps identity (apiVersion, kind, name, namespace, uid, versions, labels, annotations, owners, deletion)
    /// and of the rest only the named members of the document, such as <c>spec</c> or <c>status</c>.
    /// </summary>
    public static Func<JsonObject, JsonObject> Keeping(params string[] members) => document =>
    {
        var kept = new JsonObject();
        foreach (var (name, value) in document)
        {
            if (name is "apiVersion" or "kind" or "metadata" || members.Contains(name)) kept[name] = value?.DeepClone();
        }

        return kept;
    };

    internal static string Metadata(JsonObject document, string member) => Text((document["metadata"] as JsonObject)?[member]) ?? "";

    internal static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
