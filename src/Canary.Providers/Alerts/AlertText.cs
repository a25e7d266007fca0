using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using Canary.Core.Analysis.Answers;
using Canary.Core.Units;
using Canary.Engine.Alerts;

namespace Canary.Providers.Alerts;

/// <summary>
/// One alert as Alertmanager and Grafana write it, in their APIs and webhooks. Fields that are not known are passed over.
/// </summary>
public static class AlertText
{
    /// <summary>The alert; null where it cannot be read, with what is wrong with it.</summary>
    public static HeardAlert? Read(JsonElement alert, out string problem)
    {
        problem = "labels, all of them texts and each once, and startsAt are needed";
        try
        {
            if (alert.ValueKind != JsonValueKind.Object
                || Labels(alert) is not { Length: > 0 } labels
                || Time(alert, "startsAt") is not { } startsAt)
                return null;
            // Go writes the year 1 for a time that is not set.
            var endsAt = Time(alert, "endsAt") is { Year: > 1 } said ? said : (DateTimeOffset?)null;
            return new HeardAlert(labels.ToEquatableArray(), startsAt, IsFiring(alert)) { EndsAt = endsAt };
        }
        catch (InvalidOperationException)
        {
            problem = "it holds text that is not valid Unicode";
            return null;
        }
    }

    private static Label[]? Labels(JsonElement alert)
    {
        if (!alert.TryGetProperty("labels", out var labels) || labels.ValueKind != JsonValueKind.Object) return null;
        var read = new List<Label>();
        foreach (var label in labels.EnumerateObject())
        {
            if (label.Value.ValueKind != JsonValueKind.String) return null;
            read.Add(new Label(label.Name, label.Value.GetString()!));
        }

        Label[] sorted = [.. read.OrderBy(label => label.Name, StringComparer.Ordinal)];
        return sorted.Zip(sorted.Skip(1)).Any(two => two.First.Name == two.Second.Name) ? null : sorted;
    }

    // The webhook has a word, the API an object with a state.
    private static bool IsFiring(JsonElement alert)
    {
        if (!alert.TryGetProperty("status", out var status)) return true;
        if (status.ValueKind == JsonValueKind.String) return status.ValueEquals("firing"u8);
        return status.ValueKind != JsonValueKind.Object
            || (status.TryGetProperty("state", out var state) && state.ValueKind == JsonValueKind.String && state.ValueEquals("active"u8));
    }

    private static DateTimeOffset? Time(JsonElement alert, string name) =>
        alert.TryGetProperty(name, out var time) && time.ValueKind == JsonValueKind.String
        && DateTimeOffset.TryParse(
            time.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var read)
            ? read
            : null;
}
