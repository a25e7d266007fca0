using System;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Units;
using Canary.Engine.Alerting;

namespace Canary.Providers.Alerts;

/// <summary>One alert as Alertmanager writes it, in its API and in its webhook. Fields that are not known are passed over.</summary>
public static class AlertText
{
    /// <summary>The alert; null where it has no labels or no beginning.</summary>
    public static HeardAlert? Read(JsonObject alert)
    {
        if (alert["labels"] is not JsonObject labels || labels.Count == 0) return null;
        if (labels.Any(label => label.Value?.GetValueKind() != JsonValueKind.String)) return null;
        if (Time(alert["startsAt"]) is not { } startsAt) return null;
        return new HeardAlert(
            labels.Select(label => new Label(label.Key, label.Value!.GetValue<string>())).OrderBy(label => label.Name, StringComparer.Ordinal).ToEquatableArray(),
            startsAt,
            IsFiring(alert["status"]));
    }

    // The webhook has a word, the API an object with a state.
    private static bool IsFiring(JsonNode? status) => status switch
    {
        JsonValue word when word.GetValueKind() == JsonValueKind.String => word.GetValue<string>() == "firing",
        JsonObject state => state["state"]?.GetValueKind() == JsonValueKind.String && state["state"]!.GetValue<string>() == "active",
        _ => true,
    };

    private static DateTimeOffset? Time(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.String
        && DateTimeOffset.TryParse(node.GetValue<string>(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;
}
