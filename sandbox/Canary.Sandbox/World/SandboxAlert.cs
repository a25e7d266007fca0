using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;

namespace Canary.Sandbox.World;

/// <summary>An alert that fires or has ended.</summary>
/// <param name="Name">Its label <c>alertname</c>.</param>
/// <param name="Labels">Its other labels.</param>
/// <param name="HasEnded">It fires no more.</param>
internal sealed record SandboxAlert(string Name, IReadOnlyList<KeyValuePair<string, string>> Labels, bool HasEnded)
{
    private const string Never = "0001-01-01T00:00:00Z";

    /// <summary>What a person reads: the alert as Prometheus writes it, and whether it fires.</summary>
    public string Told =>
        $"{Name}{{{string.Join(", ", Labels.Select(label => $"{label.Key}=\"{label.Value}\""))}}} {(HasEnded ? "has ended" : "fires")}";

    /// <summary>The payload of Alertmanager's webhook, version 4.</summary>
    public JsonObject Payload(DateTimeOffset now)
    {
        var labels = new JsonObject { ["alertname"] = Name };
        foreach (var (name, value) in Labels) labels[name] = value;
        var state = HasEnded ? "resolved" : "firing";
        var time = now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        return new JsonObject
        {
            ["version"] = "4",
            ["status"] = state,
            ["receiver"] = "canary",
            ["alerts"] = new JsonArray(new JsonObject
            {
                ["status"] = state,
                ["labels"] = labels,
                ["annotations"] = new JsonObject { ["summary"] = "told by canary sandbox alert" },
                ["startsAt"] = time,
                ["endsAt"] = HasEnded ? time : Never,
            }),
        };
    }
}
