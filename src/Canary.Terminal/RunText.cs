using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace Canary.Terminal;

/// <summary>What an AnalysisRun says, for a person.</summary>
public static class RunText
{
    /// <summary>Its phase. One that was ended before it had a verdict is <c>Stopped</c>: that nothing had failed until then is no
    /// success.</summary>
    public static string Phase(JsonObject run)
    {
        var phase = (string?)run["status"]?["phase"] ?? "Pending";
        return phase == "Successful" && Metrics(run).Any(IsStopped) ? "Stopped" : phase;
    }

    /// <summary>The phase of one of its metrics, by the same rule.</summary>
    public static string Phase(JsonNode metric) => IsStopped(metric) ? "Stopped" : (string?)metric["phase"] ?? "Pending";

    public static IEnumerable<JsonObject> Metrics(JsonObject run) => (run["status"]?["metrics"] as JsonArray ?? []).OfType<JsonObject>();

    /// <summary>Where in the rollout it runs.</summary>
    public static string Place(JsonObject run) => ((string?)run["spec"]?["rollout"]?["edge"], (int?)run["spec"]?["rollout"]?["step"]) switch
    {
        ("pre", _) => "before the first step",
        ("post", _) => "after the last step",
        (_, { } index) => $"step {index + 1}",
        _ => "background",
    };

    /// <summary>Its message where that says more than its phase and its metrics do.</summary>
    public static string Message(JsonObject run)
    {
        // Behind the reason for the stop stands what became of each metric, which has its own row.
        var message = Phase(run) == "Stopped" ? (string?)run["status"]?["stopReason"] : null;
        return ShortNumber.Shorten(message ?? (string?)run["status"]?["message"] ?? "");
    }

    private static bool IsStopped(JsonNode metric) => (string?)metric["reason"] == "Stopped";
}
