using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Http;
using Canary.ApiServer.Objects;
using Canary.ApiServer.Replies;

namespace Canary.ApiServer.Writing;

/// <summary>Evicts a pod: what a drain asks for.</summary>
internal static class PodEviction
{
    public static Reply Create(ReceivedRequest request, RequestTarget.Resource path, ServedResource pods, ObjectWriter writer,
        DisruptionBudgets budgets)
    {
        if (!pods.Objects.Objects.TryGetValue(pods.KeyOf(path.Namespace, path.Name), out var pod)) throw pods.NotFound(path.Name);
        var options = Read(request).Child("deleteOptions") ?? [];
        var delete = request with
        {
            Method = "DELETE",
            ContentType = "application/json",
            Body = Encoding.UTF8.GetBytes(options.ToJsonString())
        };
        // Another pod has the name by now: that is said by the deletion.
        if (options.Child("preconditions")?.Text("uid") is not { } uid || uid == pod.Json.Uid()) budgets.Check(pods, pod.Json);
        writer.Delete(delete, path with { Subresource = "" }, pods);
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
            return JsonNode.Parse(request.Body) as JsonObject ?? throw ApiRefusal.BadRequest("the body is no Eviction");
        }
        catch (JsonException problem)
        {
            throw ApiRefusal.BadRequest($"the body is no Eviction: {problem.Message}");
        }
    }
}
