using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Http;
using Canary.ApiServer.Objects;
using Canary.ApiServer.Replies;

namespace Canary.ApiServer.Writing;

/// <summary>Binds a pod to a Node, once: what a scheduler asks for.</summary>
internal static class PodBinding
{
    public static Reply Create(ReceivedRequest request, RequestTarget.Resource path, ServedResource pods, ObjectWriter writer)
    {
        if (!pods.Objects.Objects.TryGetValue(pods.KeyOf(path.Namespace, path.Name), out var pod)) throw pods.NotFound(path.Name);
        var binding = Read(request);
        var node = binding.Child("target")?.Text("name") ?? "";
        if (node.Length == 0) throw ApiRefusal.Invalid("", "Binding", path.Name, [FieldCause.Required("target.name")]);
        if (binding.Child("metadata")?.Text("uid") is { Length: > 0 } uid && uid != pod.Json.Uid())
            throw ApiRefusal.Conflict("", "pods", path.Name,
                $"Precondition failed: UID in precondition: {uid}, UID in object meta: {pod.Json.Uid()}");
        if (pod.Json.Child("spec")?.Text("nodeName") is { Length: > 0 } bound)
            throw ApiRefusal.Conflict("", "pods/binding", path.Name, $"pod {path.Name} is already assigned to node \"{bound}\"");

        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = pod.Json.Uid() },
            ["spec"] = new JsonObject { ["nodeName"] = node }
        };
        var write = request with
        {
            Method = "PATCH",
            ContentType = "application/merge-patch+json",
            Body = Encoding.UTF8.GetBytes(patch.ToJsonString())
        };
        writer.Patch(write, path with { Subresource = "" }, pods);
        return new Reply.Document(201,
            new JsonObject
            {
                ["kind"] = "Status",
                ["apiVersion"] = "v1",
                ["metadata"] = new JsonObject(),
                ["status"] = "Success",
                ["code"] = 201
            });
    }

    private static JsonObject Read(ReceivedRequest request)
    {
        try
        {
            return JsonNode.Parse(request.Body) as JsonObject ?? throw ApiRefusal.BadRequest("the body is no Binding");
        }
        catch (JsonException problem)
        {
            throw ApiRefusal.BadRequest($"the body is no Binding: {problem.Message}");
        }
    }
}
