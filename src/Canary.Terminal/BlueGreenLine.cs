using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace Canary.Terminal;

/// <summary>A blue-green rollout as a line: the preview, the switch, and the time in which the old version is kept.</summary>
internal static class BlueGreenLine
{
    private enum Stage
    {
        Preview,
        PreAnalysis,
        Pause,
        Switch,
        PostAnalysis,
        Keep,
        Promote,
    }

    public static IReadOnlyList<StepItem> Read(JsonNode? status, JsonNode blueGreen)
    {
        var stages = Stages(blueGreen).ToList();
        var (at, mark) = Place(status);
        // What the strategy leaves out is passed over.
        var here = stages.First(one => one.Stage >= at).Stage;
        return [.. stages.Select(one => new StepItem(one.Text, mark is StepMark.Pending or StepMark.Done ? mark
            : one.Stage < here ? StepMark.Done : one.Stage == here ? mark : StepMark.Pending))];
    }

    private static IEnumerable<(Stage Stage, string Text)> Stages(JsonNode blueGreen)
    {
        yield return (Stage.Preview, blueGreen["previewReplicaCount"] is { } count ? $"preview of {count}" : "preview");
        if (blueGreen["prePromotionAnalysis"] is { } before) yield return (Stage.PreAnalysis, StepLine.Describe(before));
        if ((bool?)blueGreen["autoPromotionEnabled"] == false) yield return (Stage.Pause, "pause");
        else if ((blueGreen["autoPromotionAfter"] ?? Seconds(blueGreen)) is { } after) yield return (Stage.Pause, $"pause {after}");
        yield return (Stage.Switch, "switch");
        if (blueGreen["postPromotionAnalysis"] is { } verifying) yield return (Stage.PostAnalysis, StepLine.Describe(verifying));
        yield return (Stage.Keep, $"keep old {blueGreen["scaleDownDelay"] ?? "30s"}");
        yield return (Stage.Promote, "promote");
    }

    private static JsonNode? Seconds(JsonNode blueGreen) => blueGreen["autoPromotionSeconds"] is { } seconds ? $"{seconds}s" : null;

    private static (Stage Stage, StepMark Mark) Place(JsonNode? status) => (string?)status?["phase"] switch
    {
        "Progressing" or "Paused" when (bool?)status?["restarting"] == true => (Stage.Preview, StepMark.Pending),
        "Progressing" or "Paused" or "Promoting" => (Running(status), StepMark.Current),
        "Degraded" when status?["startedAt"] is not null => (Running(status), StepMark.Current),
        "RollingBack" or "RolledBack" => (Failed(status), StepMark.Failed),
        "Healthy" when (string?)status?["history"]?[0]?["outcome"] == "Promoted"
            && (string?)status?["history"]?[0]?["revision"] == (string?)status?["stableRevision"] => (Stage.Promote, StepMark.Done),
        _ => (Stage.Preview, StepMark.Pending),
    };

    private static Stage Running(JsonNode? status) => (string?)status?["promotion"] switch
    {
        null when status?["stepStartedAt"] is null => Stage.Preview,
        null => (bool?)status?["beforeSteps"] == true ? Stage.PreAnalysis : Stage.Pause,
        "ConfirmingFull" => (decimal?)status?["weights"]?["applied"] == 100 ? Stage.Keep : Stage.Switch,
        "Verifying" => IsPassed(status, "post") ? Stage.Keep : Stage.PostAnalysis,
        _ => Stage.Promote,
    };

    private static Stage Failed(JsonNode? status) => status switch
    {
        _ when (decimal?)status?["abort"]?["weight"] > 0 => IsPassed(status, "post") ? Stage.Keep : Stage.PostAnalysis,
        _ when ((int?)status?["currentStepIndex"] ?? 0) > 0 => Stage.Switch,
        _ => IsPassed(status, "pre") ? Stage.Pause : Stage.PreAnalysis,
    };

    private static bool IsPassed(JsonNode? status, string edge) => (status?["analysis"] as JsonArray ?? [])
        .Any(run => (string?)run?["edge"] == edge && ((string?)run?["phase"] == "Successful" || (bool?)run?["overruled"] == true));
}
