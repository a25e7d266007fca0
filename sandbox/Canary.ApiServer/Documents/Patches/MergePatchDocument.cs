using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;

namespace Canary.ApiServer.Documents.Patches;

/// <summary>JSON merge patch (RFC 7386).</summary>
/// <remarks>One difference from the RFC, as in the API server: null members are dropped from objects inside new lists too.</remarks>
internal static class MergePatchDocument
{
    /// <summary>A new document; neither argument is changed.</summary>
    /// <exception cref="PatchRejectedException">The patch is not an object.</exception>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch) => patch switch
    {
        null => throw new PatchRejectedException(PatchRejection.Malformed, "Invalid JSON Patch"),
        JsonObject members => Merge(target, members),
        _ => throw new PatchRejectedException(
            PatchRejection.Malformed,
            $"error decoding patch: json: cannot unmarshal {KindOf(patch)} into Go value of type map[string]interface {{}}"),
    };

    private static JsonObject Merge(JsonNode? target, JsonObject patch)
    {
        var merged = target is JsonObject members ? (JsonObject)members.DeepClone() : [];
        foreach (var (key, value) in patch)
            if (value is null)
                merged.Remove(key);
            else
                merged[key] = value is JsonObject nested && merged.Member(key) is JsonObject current ? Merge(current, nested)
                    : WithoutNulls(value);
        return merged;
    }

    private static JsonNode? WithoutNulls(JsonNode? value)
    {
        switch (value)
        {
            case JsonObject members:
                var kept = new JsonObject();
                foreach (var (key, member) in members)
                    if (member is not null)
                        kept[key] = WithoutNulls(member);
                return kept;
            case JsonArray items:
                var list = new JsonArray();
                foreach (var item in items)
                    list.Add(WithoutNulls(item));
                return list;
            default:
                return value?.DeepClone();
        }
    }

    private static string KindOf(JsonNode patch) => GoFormat.JsonType(patch) switch
    {
        "boolean" => "bool",
        "integer" => "number",
        var type => type,
    };
}
