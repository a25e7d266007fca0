using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Validation;

namespace Canary.Kubernetes.Mapping;

/// <summary>What a person asks, as it stands in an annotation of the Rollout.</summary>
public static class RequestMapping
{
    /// <summary>The annotation.</summary>
    public const string Annotation = "canary.delivery/request";

    /// <summary>The request; null where there is none. One that cannot be read has a problem, and an id of its text, so that it is refused once.</summary>
    public static RolloutRequest? Read(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        JsonNode? node;
        try
        {
            node = JsonNode.Parse(text);
        }
        catch (JsonException problem)
        {
            return Unreadable(text, "", null, $"it is no JSON ({problem.Message.Split(". ")[0]})");
        }

        var errors = new List<SpecError>();
        var reader = new FieldReader(node, "", errors);
        if (!reader.IsPresent) return Unreadable(text, "", null, "it is no JSON object");
        var by = reader.Text("by") ?? "";
        var id = reader.RequiredText("id", "an id of your choice is needed, another one for each request");
        reader.RequiredText("action", $"one of {string.Join(", ", Enum.GetNames<RequestAction>().Select(FieldReader.Camel))} is needed");
        var action = Json.Text(node, "action") is { Length: > 0 } ? reader.Name<RequestAction>("action") : null;
        var revision = reader.Text("revision");
        var step = (int?)reader.Whole("step");
        var edge = reader.Name<RunEdge>("edge");
        var reason = reader.Text("reason") ?? "";
        if (errors.Count > 0) return Unreadable(text, id, action, string.Join("; ", errors)) with { By = by, Reason = reason };
        return new RolloutRequest(id, action, revision, step, by, reason, null) { Edge = edge };
    }

    /// <summary>The text of the annotation.</summary>
    public static string Write(RolloutRequest request) => new JsonObject { ["id"] = request.Id }
        .Put("action", request.Action is { } action ? FieldReader.Camel(action.ToString()) : null)
        .Put("revision", request.Revision)
        .Put("step", request.Step)
        .Put("edge", request.Edge is { } edge ? FieldReader.Camel(edge.ToString()) : null)
        .PutText("by", request.By)
        .PutText("reason", request.Reason)
        .ToJsonString();

    private static RolloutRequest Unreadable(string text, string id, RequestAction? action, string problem)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
        return new RolloutRequest(id.Length > 0 ? id : $"unreadable-{hash}", action, null, null, "", "", $"the annotation {Annotation} cannot be read: {problem}");
    }
}
