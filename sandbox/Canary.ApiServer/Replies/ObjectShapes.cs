using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Documents.Columns;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Http;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Replies;

/// <summary>Objects and lists in the form that the client asked for.</summary>
internal sealed class ObjectShapes(TimeProvider clock, string includeObject)
{
    public JsonObject Item(ServedResource resource, JsonObject obj, AnswerForm form) => form.Shape switch
    {
        AnswerShape.Table => Table(resource, [obj], new JsonObject { ["resourceVersion"] = obj.ResourceVersion() }, form),
        AnswerShape.PartialMetadata => Partial(obj, form.ShapeVersion),
        AnswerShape.PartialMetadataList => throw new ApiRefusal(
            406, "NotAcceptable",
            $"you requested PartialObjectMetadataList, but the requested object is not a list (*unstructured.Unstructured)"),
        AnswerShape.Plain or AnswerShape.GroupDiscovery => obj,
    };

    public JsonObject List(ServedResource resource, IReadOnlyList<JsonObject> items, JsonObject metadata, AnswerForm form) =>
        form.Shape switch
        {
            AnswerShape.Table => Table(resource, items, metadata, form),
            AnswerShape.PartialMetadata => throw new ApiRefusal(
                406, "NotAcceptable",
                "you requested PartialObjectMetadata, but the requested object is a list (*unstructured.UnstructuredList)"),
            AnswerShape.PartialMetadataList => new JsonObject
            {
                ["kind"] = "PartialObjectMetadataList",
                ["apiVersion"] = "meta.k8s.io/" + form.ShapeVersion,
                ["metadata"] = WithoutEmptyContinue(metadata),
                ["items"] = new JsonArray([.. items.Select(i => (JsonNode)Partial(i, form.ShapeVersion))]),
            },
            AnswerShape.Plain or AnswerShape.GroupDiscovery => Plain(resource, items, metadata),
        };

    private static JsonObject Plain(ServedResource resource, IReadOnlyList<JsonObject> items, JsonObject metadata) => new()
    {
        ["kind"] = resource.Names.ListKind,
        ["apiVersion"] = resource.ApiVersion,
        ["metadata"] = metadata,
        ["items"] = new JsonArray([.. items.Select(i => ListItem(resource, i))]),
    };

    // The list says for all of its items what built-in ones are.
    private static JsonNode ListItem(ServedResource resource, JsonObject item)
    {
        var copy = item.Copy();
        if (!resource.IsCustom)
        {
            copy.Remove("kind");
            copy.Remove("apiVersion");
        }

        return copy;
    }

    private JsonObject Table(ServedResource resource, IReadOnlyList<JsonObject> items, JsonObject metadata, AnswerForm form) =>
        TableView.Render(resource.Columns, items, clock.GetUtcNow(), includeObject, metadata, form.ShapeVersion);

    private static JsonObject WithoutEmptyContinue(JsonObject metadata)
    {
        if (metadata.Text("continue") is "")
            metadata.Remove("continue");
        return metadata;
    }

    private static JsonObject Partial(JsonObject obj, string version) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/" + version,
        ["metadata"] = obj.Metadata().DeepClone(),
    };
}
