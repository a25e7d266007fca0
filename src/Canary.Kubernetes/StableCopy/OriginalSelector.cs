using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.StableCopy;

/// <summary>The selector that the Service which clients call had before Canary changed it.</summary>
internal static class OriginalSelector
{
    /// <summary>A selector finds the pods that a Deployment makes.</summary>
    public static bool Finds(IReadOnlyDictionary<string, string> selector, JsonObject deployment)
    {
        var labels = Json.Map(deployment, "spec", "template", "metadata", "labels");
        return selector.All(label => labels.GetValueOrDefault(label.Key) == label.Value);
    }

    /// <summary>The labels; null: none can be read.</summary>
    public static Dictionary<string, string>? Read(JsonObject clients)
    {
        try
        {
            return Json.Text(clients, "metadata", "annotations", CopyLabels.OriginalSelector) is { } text
                && JsonNode.Parse(text) is JsonObject map && map.Count > 0 && map.All(label => Json.Text(label.Value) is not null)
                ? map.ToDictionary(label => label.Key, label => Json.Text(label.Value)!) : null;
        }
        catch (Exception wrong) when (wrong is System.Text.Json.JsonException or ArgumentException)
        {
            // No JSON, or a name that is there twice.
            return null;
        }
    }
}
