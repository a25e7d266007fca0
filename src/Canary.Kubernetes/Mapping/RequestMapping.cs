using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Mapping;

/// <summary>What a person asks, as it stands in an annotation of the Rollout.</summary>
public static class RequestMapping
{
    /// <summary>The annotation.</summary>
    public const string Annotation = "canary.delivery/request";

    private const int LongestId = 253;
    private const int LongestBy = 1024;
    private const int LongestReason = 4096;

    /// <summary>The request; null where there is none. One that cannot be read has a problem, and an id of its text, so that it is refused
    /// once.</summary>
    public static RolloutRequest? Read(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (!JsonText.TryParse(text, out var node, out var problem)) return Unreadable(text, "", null, $"it is no JSON ({problem})");

        var errors = new List<SpecError>();
        var reader = new FieldReader(node, "", errors);
        if (!reader.IsPresent) return Unreadable(text, "", null, "it is no JSON object");
        var by = Short(reader, "by", LongestBy) ?? "";
        var id = reader.RequiredText("id", "an id of your choice is needed, another one for each request");
        if (id.Length > LongestId)
        {
            reader.Fail("id", $"it has {id.Length} characters; at most {LongestId} are allowed");
            id = "";
        }

        reader.RequiredText("action", $"one of {string.Join(", ", Enum.GetNames<RequestAction>().Select(FieldReader.Camel))} is needed");
        var action = Json.Text(node, "action") is { Length: > 0 } ? reader.Name<RequestAction>("action") : null;
        var revision = reader.Text("revision");
        var step = reader.Int("step", 0);
        var edge = reader.Name<AnalysisPlacement>("edge");
        var to = reader.Text("to");
        var replicas = reader.Int("replicas", 0);
        var reason = Short(reader, "reason", LongestReason) ?? "";
        if (errors.Count > 0) return Unreadable(text, id, action, string.Join("; ", errors)) with { By = by, Reason = reason };
        return new RolloutRequest(id, action, revision, step, by, reason, null) { Edge = edge, To = to, Replicas = replicas };
    }

    /// <summary>The text of the annotation.</summary>
    public static string Write(RolloutRequest request) => new JsonObject { ["id"] = request.Id }
        .Put("action", request.Action is { } action ? FieldReader.Camel(action.ToString()) : null)
        .Put("revision", request.Revision)
        .Put("step", request.Step)
        .Put("edge", request.Edge is { } edge ? FieldReader.Camel(edge.ToString()) : null)
        .Put("to", request.To)
        .Put("replicas", request.Replicas)
        .PutText("by", request.By)
        .PutText("reason", request.Reason)
        .ToJsonString();

    // The status takes no more of it: a longer one would keep every status from being saved.
    private static string? Short(FieldReader reader, string key, int longest)
    {
        if (reader.Text(key) is not { } text) return null;
        if (text.Length <= longest) return text;
        reader.Fail(key, $"it has {text.Length} characters; at most {longest} are allowed");
        return null;
    }

    private static RolloutRequest Unreadable(string text, string id, RequestAction? action, string problem)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
        return new RolloutRequest(id.Length > 0 ? id
            : $"unreadable-{hash}", action, null, null, "", "", $"the annotation {Annotation} cannot be read: {problem}");
    }
}
