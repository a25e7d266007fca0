using System.Linq;
using Canary.Core.Traffic;
using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>How a rollout ends, well or badly, and what it is like when nothing runs.</summary>
internal static class Ending
{
    private const int MostEntries = 10;

    public static RolloutStatus Abort(Scene scene, AbortReason reason, string message)
    {
        var weight = scene.Status.Weights.Applied ?? scene.Status.Weights.Desired;
        var status = scene.Status with { Abort = new Abort(reason, scene.Now, message, weight), Hold = null, Promotion = null, WaitingSince = null, IsRestarting = false, IsBeforeSteps = false };
        // A number of its own even where the weight is 0 already: a raise that was sent before may still be on its way.
        return status.Weights.Desired == Weight.Zero ? Weighing.Number(status) : Weighing.Aim(status, Weight.Zero);
    }

    public static RolloutStatus Fail(Scene scene) => Abort(scene, AbortReason.AnalysisFailed, Reasons.Verdict(Runs.TakesBack(scene)!));

    public static RolloutStatus Obey(Scene scene) => Abort(scene, AbortReason.AlertFiring, Reasons.Of(Alerts.ThatAborts(scene)!));

    public static RolloutStatus Expire(Scene scene)
    {
        var deadline = GoDuration.Format(scene.InForce!.ProgressDeadline);
        var isLost = scene.Status.FirstTrafficAt is not null && scene.Canary.ReadyEndpoints == 0;
        var what = scene.CanTakeTraffic ? Wording.AwaitedRoutes(scene) : Wording.AwaitedPods(scene);
        return Abort(scene, isLost ? AbortReason.CanaryUnready : AbortReason.DeadlineExceeded, $"the progress deadline of {deadline} passed: {what}");
    }

    /// <summary>A canary without ready pods gets no traffic until it has them again; one that loses them again and again is rolled back.</summary>
    public static RolloutStatus Lose(Scene scene) =>
        Readiness.Exhausted(scene) is { } why ? Abort(scene, AbortReason.CanaryUnready, why) : Weighing.Aim(scene.Status, Weight.Zero) with { WaitingSince = scene.Now };

    /// <summary>Taken back is only what every route shows, and what no earlier write can change any more.</summary>
    public static RolloutStatus RollBack(Scene scene)
    {
        var status = Weighing.Aim(scene.Status, Weight.Zero);
        if (scene.IsShown(Weight.Zero) && scene is { IsFenced: true, IsStableFenced: true }) return Beginning.Idle(Record(scene, RolloutOutcome.RolledBack, scene.Status.Abort!.Message));
        var isToBeTold = scene.Seen.RouteTrouble is not null && !(status.RefusalToldAt?.After(Plan.TellEvery) > scene.Now);
        return isToBeTold ? status with { RefusalToldAt = scene.Now } : status;
    }

    /// <summary>With workloads, stable runs the analysed template and has the traffic again. With a revision alone the sides change roles and nothing moves.</summary>
    public static RolloutStatus Promote(Scene scene)
    {
        var status = Record(scene, RolloutOutcome.Promoted, scene.Status.IsPromotedInFull ? "promoted in full by request" : "all steps passed");
        status = Beginning.Idle(status) with { StableRevision = status.CanaryRevision };
        return scene.PromotesTemplate
            ? status with { PromotedRevision = status.CanaryRevision, StableChange = null }
            : status with { StableSide = status.StableSide == Side.First ? Side.Second : Side.First, Weights = new WeightStatus(Weight.Zero, Weight.Zero, Weight.Zero) };
    }

    /// <summary>
    /// Nothing runs: the spec and what the sides hold are noted for the next change. Where the canary side is back at stable, a revision that was taken back is forgiven, and a push of it
    /// starts anew. Weights that are not those of the status are reported and written back.
    /// </summary>
    public static RolloutStatus Rest(Scene scene)
    {
        var status = Weighing.Restore(scene) with { Accepted = scene.Spec, WaitingSince = null };
        if (scene is { PromotesTemplate: true, Stable: { Revision: { } revision, IsRolledOut: true } }) status = status with { StableRevision = revision };
        return scene.Target is { } target && target == status.StableRevision ? status with { CanaryRevision = target, Abort = null } : status;
    }

    /// <summary>Puts the revision that ends at the head of the history, with the words of its analysis runs for evidence.</summary>
    public static RolloutStatus Record(Scene scene, RolloutOutcome outcome, string reason)
    {
        var status = scene.Status;
        var evidence = Runs.OfAttempt(scene).Where(run => run.Message.Length > 0).Select(run => (run.Key, run.Message))
            .Concat(status.Analysis.Where(summary => summary.Message.Length > 0).Select(summary => (summary.Key, summary.Message)))
            .DistinctBy(one => one.Key)
            .OrderBy(one => Runs.Order(one.Key))
            .Select(one => $"{Reasons.Of(one.Key)}: {one.Message}")
            .Concat(status.OverruledAlerts.Select(alert => $"{Reasons.Of(alert)}, overruled by request"));
        var entry = new HistoryEntry(
            status.CanaryRevision ?? "", outcome, status.StartedAt ?? scene.Now, scene.Now, status.HighestWeight, reason, evidence.ToEquatableArray(), status.Attempt);
        return status with { History = status.History.Prepend(entry).Take(MostEntries).ToEquatableArray() };
    }
}
