using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Documents;
using Canary.ApiServer.Documents.Patches;
using Canary.ApiServer.Http;
using Canary.ApiServer.Kinds;

namespace Canary.ApiServer.Writing;

/// <summary>The body of a PATCH of any type but apply, and what it makes of a document.</summary>
internal sealed class PatchBody
{
    private const string JsonPatchType = "application/json-patch+json";
    private const string MergeType = "application/merge-patch+json";
    private const string StrategicType = "application/strategic-merge-patch+json";

    private static readonly string[] CustomTypes = [JsonPatchType, MergeType, WriteRequest.ApplyType];

    private readonly string _type;
    private readonly JsonNode? _root;

    private PatchBody(string type, JsonNode? root)
    {
        _type = type;
        _root = root;
    }

    public static PatchBody Read(ReceivedRequest request, ServedResource resource)
    {
        CheckType(request, resource);
        var type = request.BodyType;
        var prefix = type == StrategicType ? "" : "error decoding patch: ";
        JsonNode? root;
        try
        {
            root = BodyText.ParseJson(request.Body).Root;
        }
        catch (JsonException)
        {
            throw ApiRefusal.BadRequest(prefix + BodyText.SyntaxError(request.Body));
        }

        if (type == JsonPatchType && root is not JsonArray)
            throw ApiRefusal.BadRequest($"{prefix}json: cannot unmarshal {Found(root)} into Go value of type []handlers.jsonPatchOp");
        if (type == MergeType && root is null)
            throw ApiRefusal.BadRequest("Invalid JSON Patch");
        if (type != JsonPatchType && root is not JsonObject)
            throw ApiRefusal.BadRequest($"{prefix}json: cannot unmarshal {Found(root)} into Go value of type map[string]interface {{}}");
        return new PatchBody(type, root);
    }

    public static void CheckType(ReceivedRequest request, ServedResource resource)
    {
        if (resource.IsCustom && !CustomTypes.Contains(request.BodyType))
            throw ApiRefusal.UnsupportedMediaType(CustomTypes);
        if (!resource.IsCustom && !CustomTypes.Append(StrategicType).Contains(request.BodyType))
            throw new ApiRefusal(415, "UnsupportedMediaType", "415: Unsupported Media Type", []);
    }

    public JsonObject ApplyTo(JsonObject target, ObjectSchema schema)
    {
        try
        {
            var result = _type switch
            {
                JsonPatchType => JsonPatchDocument.Apply(target, (JsonArray)_root!),
                StrategicType => StrategicMergePatchDocument.Apply(target, (JsonObject)_root!, schema),
                _ => MergePatchDocument.Apply(target, _root),
            };
            return result as JsonObject ?? throw ApiRefusal.PatchFailed();
        }
        catch (PatchRejectedException e)
        {
            throw new ApiRefusal(e.StatusCode, e.Reason, e.Message, e.StatusCode == 422 ? [] : null);
        }
    }

    /// <summary>The refusal of a patch whose result cannot be decoded: it shows the whole result.</summary>
    public static ApiRefusal Undecodable(JsonObject result, string why)
    {
        var shown = JsonSerializer.Serialize(result.ToJsonString(ReplyJson.Options), ReplyJson.Options);
        return ApiRefusal.Invalid("", "", "", [FieldCause.Invalid("patch", shown, why)]);
    }

    private static string Found(JsonNode? node) => node is null ? "null" : MetadataChanges.GoType(node);
}
