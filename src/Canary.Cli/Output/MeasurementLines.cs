using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Terminal;

namespace Canary.Cli.Output;

/// <summary>The measurements of a run as lines, each once, as they come.</summary>
internal sealed class MeasurementLines
{
    private readonly HashSet<(string Metric, string At)> _shown = [];
    private string _pending = "";

    /// <summary>What is new: <c>12:00:05 error-rate Successful 0.001</c>.</summary>
    public IReadOnlyList<string> Next(JsonObject run)
    {
        var lines = new List<string>();
        foreach (var metric in (run["status"]?["metrics"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var name = (string?)metric["name"] ?? "";
            foreach (var measurement in (metric["measurements"] as JsonArray ?? []).OfType<JsonObject>())
            {
                var at = (string?)measurement["at"] ?? "";
                if (!_shown.Add((name, at))) continue;
                var time = DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed)
                    ? parsed.ToUniversalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture) : at;
                var message = (string?)measurement["message"];
                lines.Add(
                    $"{time} {name} {measurement["phase"]} {ShortNumber.Value(measurement["value"]?.ToString() ?? "")}"
                        + $"{MetricTable.Interval(measurement["interval"])}{(string.IsNullOrEmpty(message) ? "" : $"  {message}")}");
            }
        }

        // What keeps it from beginning is said once.
        var waits = (string?)run["status"]?["phase"] == "Pending" ? (string?)run["status"]?["message"] ?? "" : "";
        if (waits.Length > 0 && waits != _pending) lines.Add($"waiting: {waits}");
        _pending = waits;
        return lines;
    }
}
