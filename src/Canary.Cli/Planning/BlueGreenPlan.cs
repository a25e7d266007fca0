using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Planning;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Kubernetes.Stores;

namespace Canary.Cli.Planning;

/// <summary>What a blue-green rollout will do: it has no steps, and compares nothing.</summary>
/// <param name="Rollout">The Rollout and its analyses.</param>
/// <param name="Strategy">Its strategy.</param>
/// <param name="LackingPods">Pods that the switch needs and that the workloads do not ask for.</param>
internal sealed record BlueGreenPlan(RolloutAnalyses Rollout, BlueGreenStrategy Strategy, EquatableArray<string> LackingPods)
{
    private PlannedRun? Before => Rollout.Runs.FirstOrDefault(run => run.Edge == AnalysisPlacement.Pre);

    private PlannedRun? After => Rollout.Runs.FirstOrDefault(run => run.Edge == AnalysisPlacement.Post);

    // What nobody looks at is not rolled back by itself.
    private bool IsUnwatched => After is null && Rollout.Spec.Alerts.Count == 0;

    public string Render()
    {
        var text = new StringBuilder();
        Line("Rollout", $"{Rollout.Title}, blue-green");
        Line("Preview", $"{(Strategy.PreviewReplicaCount is { } count ? $"{count} pods" : "as many pods as stable")}, no traffic; "
            + $"{(Before is { } before ? $"pre-promotion analysis, {Length(before)}; " : "")}{Start()}");
        Line("Switch", "with as many ready pods as stable, all traffic in one shift: every user gets the new version at once");
        Line("After", $"{(After is { } after ? $"post-promotion analysis, {Length(after)}; " : "")}"
            + $"the old version keeps its pods for at least {GoDuration.Format(Strategy.ScaleDownDelay)}, and a rollback "
            + "returns all traffic to them in one shift");
        Line("Note", "nothing is compared with stable: the two sides never have traffic at the same time");
        foreach (var warning in Warnings()) text.Append("warning: ").Append(warning).Append('\n');
        return text.ToString();

        void Line(string name, string value) => text.Append($"{name}:".PadRight(10)).Append(value).Append('\n');
    }

    public JsonObject Build() => new()
    {
        ["rollout"] = Rollout.Title,
        ["strategy"] = "blueGreen",
        ["previewReplicaCount"] = Strategy.PreviewReplicaCount,
        ["prePromotionAnalysis"] = Before is { } before ? Length(before) : null,
        ["autoPromotionAfter"] = Strategy.IsAutoPromotionEnabled ? GoDuration.Format(Strategy.AutoPromotionAfter) : null,
        ["postPromotionAnalysis"] = After is { } after ? Length(after) : null,
        ["scaleDownDelay"] = GoDuration.Format(Strategy.ScaleDownDelay),
        ["warnings"] = new JsonArray([.. Warnings().Select(warning => (JsonNode)warning)]),
    };

    private string Start() => Strategy switch
    {
        { IsAutoPromotionEnabled: false } => "then a person promotes",
        { AutoPromotionAfter.Ticks: > 0 } => $"the switch follows after {GoDuration.Format(Strategy.AutoPromotionAfter)}",
        _ => "the switch follows at once",
    };

    private IEnumerable<string> Warnings()
    {
        foreach (var lack in LackingPods) yield return lack;
        if (IsUnwatched)
            yield return "there is neither a postPromotionAnalysis nor a rule in spec.alerts: after the switch only a person rolls it back";
    }

    private static string Length(PlannedRun run) => PlanText.Length(Ramp.Length(run.Run));
}
