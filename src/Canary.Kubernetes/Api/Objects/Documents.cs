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

    /// <summary>The document without spec, status and every other member but what says which object it is: apiVersion, kind and
    /// metadata.</summary>
    public static JsonObject Identity(JsonObject document) => new(document
        .Where(member => member.Key is "apiVersion" or "kind" or "metadata")
        .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));

    internal static string Metadata(JsonObject document, string member) => Text((document["metadata"] as JsonObject)?[member]) ?? "";

    internal static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
