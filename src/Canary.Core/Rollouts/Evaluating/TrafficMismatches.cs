using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Evaluating;

/// <summary>What is to become of a share of the requests that stays off the weight.</summary>
internal static class TrafficMismatches
{
    /// <summary>What a comparison found; null: nothing.</summary>
    public static string? Find(Evaluation evaluation) =>
        evaluation is { IsUnderWay: true, Status.IsPromotedInFull: false, IsStableWritten: false }
            ? AnalysisRuns.OfAttempt(evaluation).Select(run => run.TrafficMismatch).FirstOrDefault(said => said.Length > 0) : null;

    /// <summary>What rolls the canary back; null: nothing does.</summary>
    public static string? FindAborting(Evaluation evaluation) =>
        ActionOf(evaluation) == TrafficMismatchAction.Abort ? Find(evaluation) : null;

    /// <summary>What holds the rollout; null: nothing does.</summary>
    public static string? FindPausing(Evaluation evaluation) =>
        ActionOf(evaluation) == TrafficMismatchAction.Pause && Find(evaluation) is { } said && said != evaluation.Status.OverruledMismatch
            && !ReturnsToTraffic(evaluation) ? said : null;

    // Without traffic no share is ever right again. What it had before its pods were lost is no raise.
    private static bool ReturnsToTraffic(Evaluation evaluation) =>
        evaluation.Status.Weights.Desired == Weight.Zero && evaluation.Wanted <= evaluation.Status.HighestWeight;

    // A change of the field takes effect at once.
    private static TrafficMismatchAction ActionOf(Evaluation evaluation) =>
        (evaluation.Spec ?? evaluation.InForce)?.OnTrafficMismatch ?? TrafficMismatchAction.Report;
}
