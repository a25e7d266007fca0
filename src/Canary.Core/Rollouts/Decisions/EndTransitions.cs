using System.Linq;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Traffic;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Decisions;

/// <summary>How a rollout ends, well or badly, and what it is like when nothing runs.</summary>
internal static class EndTransitions
{
    private const int MostEntries = 10;

    public static RolloutStatus Abort(Evaluation evaluation, AbortReason reason, string message)
    {
        var weight = evaluation.Status.Weights.Applied ?? evaluation.Status.Weights.Desired;
        return WeightTransitions.Withdraw(evaluation.Status with
        {
            Abort = new Abort(reason, evaluation.Now, message, weight),
            Hold = null,
            Promotion = null,
            WaitingSince = null,
            IsRestarting = false,
            IsBeforeSteps = false
        }, StableScale.Lowest(evaluation, waitingSince: null));
    }

    /// <summary>A verdict comes first: it is of the version. A share of the requests is of the routing.</summary>
    public static RolloutStatus AbortOnAnalysis(Evaluation evaluation) => AnalysisRuns.FindAborting(evaluation) is { } run
        ? Abort(evaluation, AbortReason.AnalysisFailed, RollbackReasons.DescribeVerdict(evaluation, run))
        : Abort(evaluation, AbortReason.TrafficMismatch, TrafficMismatches.FindAborting(evaluation)!);

    public static RolloutStatus AbortOnEvidence(Evaluation evaluation) =>
        Abort(evaluation, AbortReason.AnalysisFailed,
            $"inconclusive: {RollbackReasons.DescribeMissingEvidence(evaluation)} (onInconclusive is abort)");

    public static RolloutStatus AbortOnAlert(Evaluation evaluation) =>
        Abort(evaluation, AbortReason.AlertFiring, RollbackReasons.Describe(Alerts.ThatAborts(evaluation)!));

    public static RolloutStatus AbortOnDeadline(Evaluation evaluation)
    {
        var deadline = GoDuration.Format(evaluation.InForce!.ProgressDeadline);
        var isLost = evaluation.Status.FirstTrafficAt is not null && evaluation.Canary.ReadyEndpoints == 0;
        var what = evaluation.CanTakeTraffic ? StatusMessages.AwaitedRoutes(evaluation) : StatusMessages.AwaitedPods(evaluation);
        return Abort(evaluation, isLost ? AbortReason.CanaryUnready
            : AbortReason.DeadlineExceeded, $"the progress deadline of {deadline} passed: {what}");
    }

    /// <summary>A canary without ready pods gets no traffic until it has them again; one that loses them again and again is rolled
    /// back.</summary>
    public static RolloutStatus HandleUnreadyCanary(Evaluation evaluation) =>
        CanaryReadinessRules.Exhausted(evaluation) is { } why ? Abort(evaluation, AbortReason.CanaryUnready, why)
        : WeightTransitions.SetDesired(evaluation.Status, StableScale.Lowest(evaluation, evaluation.Status.WaitingSince)) with
        { WaitingSince = evaluation.Now };

    /// <summary>Rolled back means: every route shows 0, and no earlier write can change that any more.</summary>
    public static RolloutStatus RollBack(Evaluation evaluation)
    {
        var status = WeightTransitions.ReturnTraffic(evaluation);
        if (status.Weights.Desired == Weight.Zero && evaluation.IsShown(Weight.Zero)
            && evaluation is { IsFenced: true, IsStableFenced: true })
            return StartTransitions.Idle(Record(evaluation, RolloutOutcome.RolledBack, evaluation.Status.Abort!.Message));
        var isToBeTold = evaluation.Seen.RouteRefusal is not null && !(status.RefusalToldAt?.After(Plan.TellEvery) > evaluation.Now);
        return isToBeTold ? status with { RefusalToldAt = evaluation.Now } : status;
    }

    /// <summary>With workloads, stable runs the analysed template and has the traffic again. With a revision alone the sides change roles
    /// and nothing moves.</summary>
    public static RolloutStatus Promote(Evaluation evaluation)
    {
        var status = Record(evaluation, RolloutOutcome.Promoted, evaluation.Status.Skipped.Length > 0
            ? evaluation.Status.Skipped : evaluation.Status.IsPromotedInFull ? "promoted in full by request"
            : evaluation.InForce?.BlueGreen is not null ? "the switch was not rolled back" : "all steps passed");
        status = StartTransitions.Idle(status) with { StableRevision = status.CanaryRevision };
        return evaluation.PromotesTemplate
            ? status with { PromotedRevision = status.CanaryRevision, StableChange = null }
            : status with
            {
                StableSide = status.StableSide == Side.NamedStable ? Side.NamedCanary
                : Side.NamedStable,
                Weights = new WeightStatus(Weight.Zero, Weight.Zero, Weight.Zero)
            };
    }

    /// <summary>
    /// Nothing runs: the spec and what the sides hold are noted for the next change. Where the canary side is back at stable, a revision
    /// that was rolled back is forgiven, and a push of it starts anew. Weights that are not those of the status are reported and written
    /// back.
    /// </summary>
    public static RolloutStatus RecordIdle(Evaluation evaluation)
    {
        var status = WeightTransitions.ReassertWhileIdle(evaluation) with { Accepted = evaluation.Spec, WaitingSince = null };
        if (evaluation is { PromotesTemplate: true, InForce.Set: null, Stable: { Revision: { } revision, IsRolledOut: true } })
            status = status with { StableRevision = revision };
        return evaluation.Target is { } target && target == status.StableRevision ? status with { CanaryRevision = target, Abort = null }
            : status;
    }

    /// <summary>Puts the revision that ends at the head of the history, with the words of its analysis runs for evidence.</summary>
    public static RolloutStatus Record(Evaluation evaluation, RolloutOutcome outcome, string reason)
    {
        var status = evaluation.Status;
        var evidence = AnalysisRuns.OfAttempt(evaluation).Where(run => run.Message.Length > 0).Select(run => (run.Key, run.Message))
            .Concat(status.Analysis.Where(summary => summary.Message.Length > 0).Select(summary => (summary.Key, summary.Message)))
            .DistinctBy(one => one.Key)
            .OrderBy(one => AnalysisRuns.Order(one.Key))
            .Select(one => $"{RollbackReasons.Describe(evaluation, one.Key)}: {one.Message}")
            .Concat(status.OverruledAlerts.Select(alert => $"{RollbackReasons.Describe(alert)}, overruled by request"));
        var entry = new HistoryEntry(
            status.CanaryRevision ?? "", outcome, status.StartedAt
            ?? evaluation.Now, evaluation.Now, status.HighestWeight, reason, evidence.ToEquatableArray(), status.Attempt)
        {
            StableRevision = status.StableRevision,
        };
        return status with { History = status.History.Prepend(entry).Take(MostEntries).ToEquatableArray() };
    }
}
