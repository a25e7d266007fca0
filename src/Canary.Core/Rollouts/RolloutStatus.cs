using System;
using Canary.Core.Analysis;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Rollouts.Decisions;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Rollouts.Groups;
using Canary.Core.Traffic;
using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>All that is known of a rollout between two evaluations: what <see cref="RolloutMachine"/> decides from and what the Rollout's
/// status holds.</summary>
public sealed record RolloutStatus
{
    /// <summary>A rollout that was never looked at.</summary>
    public static readonly RolloutStatus New = new();

    public Phase Phase { get; init; } = Phase.Initializing;

    /// <summary>What is happening and why, for a person.</summary>
    public string Message { get; init; } = "";

    /// <summary><c>metadata.generation</c> of the spec that this status speaks of.</summary>
    public long ObservedGeneration { get; init; }

    /// <summary>The workloads that this status was decided from: a change that is newer is not in it.</summary>
    public ObservedWorkloads ObservedWorkloads { get; init; } = ObservedWorkloads.None;

    /// <summary>Revision that carries the traffic when nothing is being released.</summary>
    public string? StableRevision { get; init; }

    /// <summary>Revision being released, or the last one that was.</summary>
    public string? CanaryRevision { get; init; }

    /// <summary>Revision that was written into stable's workload last; null: none was yet.</summary>
    public string? PromotedRevision { get; init; }

    /// <summary>What somebody else made of stable's workload; null: nothing.</summary>
    public StableChange? StableChange { get; init; }

    /// <summary>How the two revisions above are made from pod templates; null: no revision was made yet, or by a version that did not keep
    /// it.</summary>
    public RevisionScheme? RevisionScheme { get; init; }

    /// <summary>The side that has the role of stable.</summary>
    public Side StableSide { get; init; } = Side.NamedStable;

    /// <summary>Index of the step in force; the number of steps when all are done.</summary>
    public int CurrentStepIndex { get; init; }

    /// <summary>When the step in force took effect: the weight was confirmed, the pause began. Null: not yet.</summary>
    public DateTimeOffset? StepStartedAt { get; init; }

    /// <summary>When this revision's rollout began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When this revision first had confirmed traffic: background analysis begins here.</summary>
    public DateTimeOffset? FirstTrafficAt { get; init; }

    /// <summary>Since when the rollout has been waiting for pods or for a route to take a raise; null: it is not waiting. The progress
    /// deadline runs on it alone.</summary>
    /// <remarks>Time in which nobody watched is not charged to the version: <see cref="ObservedWait"/> moves this forward by it.</remarks>
    public DateTimeOffset? WaitingSince { get; init; }

    /// <summary>Up to when the wait of <see cref="WaitingSince"/> is known to have been watched; null: no longer than it began, or nothing
    /// is waited for.</summary>
    public DateTimeOffset? WaitObservedAt { get; init; }

    /// <summary>Since when an increase of the weight has been waiting for a comparison with stable; null: none is. <c>evidenceWithin</c>
    /// runs from here.</summary>
    public DateTimeOffset? EvidenceAwaitedSince { get; init; }

    /// <summary>All of the traffic was given to the canary without the evidence that comparisons ask for, by a person or by
    /// <c>onInconclusive</c>: the promotion does not wait for it, since at 100 there is nothing to compare with.</summary>
    public bool IsEvidenceForgone { get; init; }

    /// <summary>The mismatch of the traffic that a person went on past; empty: none.</summary>
    public string OverruledMismatch { get; init; } = "";

    /// <summary>How often the canary lost its ready pods in this attempt, and how long it was unready in this step; null: nothing to
    /// tell.</summary>
    public CanaryReadiness? CanaryReadiness { get; init; }

    /// <summary>Since when the pods of the one workload are not needed: stable has all the traffic; null: they are, or there are
    /// none.</summary>
    public DateTimeOffset? WorkloadUnusedSince { get; init; }

    /// <summary>Since when stable has more pods than its share of the traffic needs, with <c>dynamicStableScale</c>; null: it has not, or
    /// the routes do not show its share.</summary>
    public DateTimeOffset? StableExcessSince { get; init; }

    /// <summary>Hash of the configuration that the pods of the one workload started with; null: not known, or they read none.</summary>
    public string? WorkloadConfiguration { get; init; }

    /// <summary>Replicas that the stable copy was last seen to ask for; null: there was none yet.</summary>
    public int? StableReplicas { get; init; }

    /// <summary>The pods of the one workload are to be restarted if they were not since then; null: they are not.</summary>
    public DateTimeOffset? RestartAt { get; init; }

    /// <summary>A new revision that waits for other Rollouts before it begins; null: none does.</summary>
    public WaitingRevision? Waiting { get; init; }

    /// <summary>It could be promoted, and waits for the others of its group at most.</summary>
    public bool IsReadyToPromote { get; init; }

    /// <summary>How large the service is by request: until the copy has these replicas, and 0 until the next request; null: no request is
    /// in force.</summary>
    public RequestedScale? Scale { get; init; }

    /// <summary>An old version that the Deployment is to get, and does not have yet; null: none is.</summary>
    public PendingRollback? RollbackTo { get; init; }

    /// <summary>The version that a person undid last: it does not start again by itself. Null: none was, or another one was released
    /// since.</summary>
    public UndoneRevision? Undone { get; init; }

    /// <summary>How often they were taken away since the last rollout: each time they are left for twice as long.</summary>
    public int WorkloadScaleDowns { get; init; }

    public WeightStatus Weights { get; init; } = WeightStatus.None;

    /// <summary>The header and mirror routes that are wanted, and were before.</summary>
    public ManagedRoutesStatus ManagedRoutes { get; init; } = ManagedRoutesStatus.None;

    /// <summary>Highest weight that every route showed for this attempt.</summary>
    public Weight HighestWeight { get; init; }

    /// <summary>The spec in force: of the running rollout, fixed at its start, so that a later broken spec changes nothing and it can still
    /// be aborted; while nothing runs, the last valid one.</summary>
    public RolloutSpec? Accepted { get; init; }

    /// <summary>The weight goes back to 0, on the routes in force, before the first step: a new rollout, a newer revision or changed
    /// steps.</summary>
    public bool IsRestarting { get; init; }

    /// <summary>The weight is 0, and the analysis before the first step is to pass.</summary>
    public bool IsBeforeSteps { get; init; }

    /// <summary>A person skipped all that was left: promotion waits for pods and routes, not for an analysis.</summary>
    public bool IsPromotedInFull { get; init; }

    /// <summary>Why neither steps nor analyses are gone through, in words; empty: they are, or a person skipped what was left.</summary>
    public string Skipped { get; init; } = "";

    /// <summary>Why it holds; null: it does not.</summary>
    public Hold? Hold { get; init; }

    /// <summary>Why it was rolled back; null: it was not.</summary>
    public Abort? Abort { get; init; }

    /// <summary>How far the promotion is; null: not promoting.</summary>
    public PromotionStage? Promotion { get; init; }

    /// <summary>How many times this revision was tried, from 1; a part of the names of its analysis runs.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>The last request of a person that was carried out or refused.</summary>
    public HandledRequest? LastRequest { get; init; }

    /// <summary>The analysis runs of this attempt.</summary>
    public EquatableArray<AnalysisSummary> Analysis { get; init; }

    /// <summary>The alerts that a person went on past in this rollout, newest first.</summary>
    public EquatableArray<OverruledAlert> OverruledAlerts { get; init; }

    /// <summary>
    /// Number of the weight that is wanted: rises whenever another one is, and with every abort. All writes of one number want the same.
    /// Every routed object is stamped with it, so that an earlier write that is still on its way is refused when it arrives. Source:
    /// <c>status.writeSequence</c>; 0 before the first.
    /// </summary>
    public long WriteSequence { get; init; }

    /// <summary>The last <see cref="WriteSequence"/> that every routed object carried. Below it: an earlier write may still
    /// arrive.</summary>
    public long FencedSequence { get; init; }

    /// <summary>The <see cref="WriteSequence"/> under which the analysed template was sent to stable's workload, while that write may still
    /// arrive; null: none may.</summary>
    public long? TemplateSequence { get; init; }

    /// <summary>Times in a row that a foreign hand changed the weights of this rollout's routes.</summary>
    public int Reassertions { get; init; }

    /// <summary>When the weights were last written against a foreign hand; null: never in this rollout.</summary>
    public DateTimeOffset? ReassertedAt { get; init; }

    /// <summary>When people were last told that the routes refuse to go back to 0; null: not in this abort.</summary>
    public DateTimeOffset? RefusalToldAt { get; init; }

    /// <summary>The last ten revisions that ended, newest first.</summary>
    public EquatableArray<HistoryEntry> History { get; init; }

    public EquatableArray<Condition> Conditions { get; init; }

    /// <summary>The revision that stable's workload is to run now; null: not known, or it is being written.</summary>
    public string? ExpectedStableRevision => this switch
    {
        { IsRunning: false } => PromotedRevision,
        { Promotion: PromotionStage.UpdatingStable } or { IsRestarting: true } => null,
        { Promotion: PromotionStage.ReturningTraffic } => CanaryRevision,
        _ => StableRevision,
    };

    /// <summary>What this says to Rollouts that wait for this one or belong with it.</summary>
    public PeerState ForPeers => new(
        StableRevision is not null, IsRunning, CanaryRevision,
        this is { Abort: null, IsRestarting: false } && (IsReadyToPromote || Promotion is not (null or PromotionStage.ConfirmingFull)
            || this is { Promotion: PromotionStage.ConfirmingFull, IsPromotedInFull: true }))
    {
        IsDegraded = Phase == Phase.Degraded,
        Waiting = Waiting,
        RolledBackAt = Abort?.Since,
        RollbackReason = Abort?.Message ?? "",
    };

    /// <summary>A revision is on its way: forward, or back to 0.</summary>
    public bool IsRunning => StartedAt is not null;

    /// <summary>The weight that is wanted, as the share of the side that the spec names canary.</summary>
    public Weight DesiredSecond => ByRole(Weights.Desired);

    /// <summary>What the routes are to be like.</summary>
    public RoutePlan DesiredPlan =>
        new(DesiredSecond, ManagedRoutes.Desired, StableSide == Side.NamedStable ? Side.NamedCanary : Side.NamedStable);

    /// <summary>The share of the second side from that of the canary, and the other way round.</summary>
    public Weight ByRole(Weight weight) =>
        StableSide == Side.NamedStable ? weight : Weight.FromBasisPoints(Weight.Full.BasisPoints - weight.BasisPoints);

    /// <summary>The spec whose sides and routes are to be observed and written: the accepted one while a rollout runs, otherwise the one
    /// just read.</summary>
    /// <param name="spec">The spec as it was read; null where it has errors.</param>
    public RolloutSpec? Governing(RolloutSpec? spec) => IsRunning ? Accepted : spec ?? Accepted;
}

/// <summary>Why a rollout was rolled back.</summary>
/// <param name="Reason">Kind of cause.</param>
/// <param name="Since">When it was decided.</param>
/// <param name="Message">The cause in words, with the numbers that decided it.</param>
/// <param name="Weight">Weight of the canary when it was decided.</param>
public sealed record Abort(AbortReason Reason, DateTimeOffset Since, string Message, Units.Weight Weight);

/// <summary>One analysis run of the rollout, in the Rollout's status.</summary>
/// <param name="Key">Which run.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="Message">The verdict in words, with its numbers; empty while it runs, so that a measurement alone changes no
/// Rollout.</param>
/// <param name="IsOverruled">A person promoted past it: its verdict holds nothing up and rolls nothing back.</param>
public sealed record AnalysisSummary(RunKey Key, RunPhase Phase, string Message, bool IsOverruled = false);

/// <summary>A request that was carried out or refused, so that it is never carried out twice.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Action">What was asked.</param>
/// <param name="By">Who asked; empty where it was not said.</param>
/// <param name="At">When it was handled.</param>
/// <param name="IsCarriedOut">False: it was refused.</param>
/// <param name="Message">What was done, or why not.</param>
public sealed record HandledRequest(string Id, RequestAction? Action, string By, DateTimeOffset At, bool IsCarriedOut, string Message);

/// <summary>A revision that ended, with the outcome, the reason and the evidence.</summary>
/// <param name="Attempt">Which attempt of this revision it was, from 1.</param>
public sealed record HistoryEntry(
    string Revision,
    RolloutOutcome Outcome,
    DateTimeOffset StartedAt,
    DateTimeOffset EndedAt,
    Weight HighestWeight,
    string Reason,
    EquatableArray<string> Evidence,
    int Attempt = 1)
{
    /// <summary>The revision that was stable meanwhile: an undo of a promoted one goes back to it. Null: not known.</summary>
    public string? StableRevision { get; init; }
}

/// <summary>Somebody else changed the pod template of stable's workload.</summary>
/// <param name="Expected">The revision that stable is to run: the one that was promoted last or, while a rollout is under way, the one that
/// it began with.</param>
/// <param name="Revision">The revision that it runs.</param>
/// <param name="By">The field manager that changed the template last, and how: <c>argocd-controller (Apply)</c>; empty where it is not
/// known.</param>
/// <param name="At">When it did; null: not known.</param>
public sealed record StableChange(string Expected, string Revision, string By, DateTimeOffset? At);

/// <summary>The canary's weight: wanted, wanted before, and shown by the routes.</summary>
/// <param name="Desired">What the step in force asks for.</param>
/// <param name="Previous">What was desired before that: a route that shows neither was written by another client.</param>
/// <param name="Applied">What every route object shows; null where they differ or cannot be read.</param>
public sealed record WeightStatus(Weight Desired, Weight Previous, Weight? Applied)
{
    /// <summary>Nothing wanted, nothing known.</summary>
    public static readonly WeightStatus None = new(Weight.Zero, Weight.Zero, null);

    /// <summary>The ready pods that get the requests, where their numbers are the weight; null: the routes have weights, or one side has
    /// all of the traffic.</summary>
    public PodSplit? Pods { get; init; }

    /// <summary>The canary's share of the requests by what the routes show: of the pods where they are counted, which is seldom
    /// <see cref="Applied"/> itself. Null where the routes differ or cannot be read.</summary>
    public Weight? Share => Applied is null ? null : Pods?.Share ?? Applied;
}
