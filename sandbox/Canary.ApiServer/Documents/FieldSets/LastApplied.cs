using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Schemas;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.FieldSets;

/// <summary>The annotation of client-side apply: server-side apply by kubectl takes its fields over without a conflict, and keeps it up to
/// date.</summary>
internal static class LastApplied
{
    private const string Annotation = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>The conflicts about fields that the annotation does not say, or says otherwise than the live object.</summary>
    public static IReadOnlyList<(ManagerEntry Owner, FieldSet Fields)> Remaining(
        IReadOnlyList<(ManagerEntry Owner, FieldSet Fields)> conflicts, JsonObject? live, SchemaNode schema)
    {
        if (Read(live) is not { } last)
            return conflicts;
        var compared = FieldSetComparison.Of(last, FieldManagement.Bare(live), schema);
        var allowed = TypedTree.Fields(last, schema).Difference(compared.Modified).Difference(compared.Removed);
        return [.. conflicts.Select(conflict => (conflict.Owner, Fields: conflict.Fields.Difference(allowed)))
            .Where(conflict => !conflict.Fields.IsEmpty)];
    }

    public static void Update(JsonObject merged, JsonObject? live, JsonObject applied)
    {
        if (Read(live) is null || merged.At("metadata", "annotations") is not JsonObject annotations)
            return;
        var said = (JsonObject)applied.DeepClone();
        (said.Member("metadata") as JsonObject)?.Remove("managedFields");
        annotations[Annotation] = JsonTexts.Compact(JsonTexts.Sorted(said)) + "\n";
    }

    private static JsonObject? Read(JsonObject? live)
    {
        try
        {
            return live.At("metadata", "annotations", Annotation).Text() is { } text ? JsonNode.Parse(text) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
