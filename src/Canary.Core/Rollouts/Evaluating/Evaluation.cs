using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Core.Rollouts.Evaluating;

/// <summary>One evaluation's question: what is wanted, what is known, what is seen, and what time it is. Weights are the canary's,
/// whichever side has that role.</summary>
internal sealed record Evaluation(RolloutSpec? Spec, EquatableArray<SpecError> Errors, RolloutStatus Status, Observation Seen,
    DateTimeOffset Now)
{
    /// <summary>A route with a small budget, or with third destinations, cannot show every percent: half a percent is rounding. Steps are
    /// whole percent, so two of them never look alike.</summary>
    private const int RoundingBasisPoints = 50;

    public RolloutSpec? InForce => Status.Governing(Spec);

    public EquatableArray<Step> Steps => InForce?.Steps ?? [];

    /// <summary>The step in force; null: none yet, or all are done.</summary>
    public Step? Step =>
        !Status.IsBeforeSteps && Status.CurrentStepIndex >= 0 && Status.CurrentStepIndex < Steps.Count ? Steps[Status.CurrentStepIndex]
        : null;

    public SideObservation Stable =>
        Judge(Status.StableSide == Side.NamedStable ? Seen.First : Seen.Second, Thresholds.Stable);

    public SideObservation Canary =>
        Judge(Status.StableSide == Side.NamedStable ? Seen.Second : Seen.First, Thresholds.Canary);

    /// <summary>How many pods of each side must be ready.</summary>
    public ReadyThresholds Thresholds => InForce?.ReadyThresholds ?? ReadyThresholds.Default;

    public bool PromotesTemplate => InForce?.PromotesTemplate ?? false;

    /// <summary>What the user wants released: the canary side's template, or the spec's revision; null: not known now.</summary>
    public string? Target => PromotesTemplate ? Canary.Revision : Spec?.Revision;

    public bool IsBlocked => Spec is null || Errors.Count > 0 || Seen.Problems.Count > 0;

    /// <summary>Running, and not on its way back to 0.</summary>
    public bool IsUnderWay => Status is { IsRunning: true, Abort: null, IsRestarting: false };

    /// <summary>Stable's workload holds the analysed template, or the last pods of a set are updated to it: from here on there is no way
    /// back to the old version.</summary>
    public bool IsStableWritten =>
        InForce?.Set is not null ? SetPlan.IsFinal(this)
        : PromotesTemplate
        && (Status.Promotion == PromotionStage.ReturningTraffic
            || (Status.Promotion == PromotionStage.UpdatingStable && Stable.Revision == Status.CanaryRevision));

    /// <summary>The weight that the step in force asks for, whether or not it can be had now.</summary>
    public Weight Wanted => Status switch
    {
        { IsRestarting: true } or { Abort: not null } or { Promotion: PromotionStage.ReturningTraffic } or { IsRunning: false }
            or { IsBeforeSteps: true } => Weight.Zero,
        // 100; or 0, where the canary was lost meanwhile: stable is analysed and nearly there, so nothing is raised again.
        { Promotion: PromotionStage.UpdatingStable } when IsStableWritten => Status.Weights.Desired,
        // The last raise is a part of the promotion, so it waits for the evidence at the weight of the steps, where there is traffic to
        // measure.
        { Promotion: PromotionStage.ConfirmingFull } when Status.Weights.Desired < Weight.Full && HasRequests(Steps.Count, isFull: true)
            && (AnalysisRuns.MissingForPromotion(this) is not null || AwaitedEvidence is not null) => ByTheSteps,
        { Promotion: PromotionStage.ConfirmingFull } when Status.Weights.Desired < Weight.Full
            && GroupRules.AwaitedMembers(this) is not null => ByTheSteps,
        { Promotion: not null } => Weight.Full,
        _ when AwaitedEvidence is not null => Before,
        _ => ByTheSteps,
    };

    /// <summary>The header and mirror routes that the step in force asks for, whether or not they can be had now. None once the canary has
    /// all of the traffic anyway.</summary>
    public ManagedRoutes WantedRoutes => Status switch
    {
        { IsRestarting: true } or { Abort: not null } or { IsRunning: false } or { IsBeforeSteps: true }
            or { Promotion: not null and not PromotionStage.ConfirmingFull } => ManagedRoutes.None,
        _ when Wanted == Weight.Full => ManagedRoutes.None,
        // A raise that waits for evidence waits with the routes that bring it.
        { Promotion: null } when AwaitedEvidence is not null => ManagedRouteSteps.After(Steps.Take(Status.CurrentStepIndex)),
        _ => ManagedRouteSteps.After(Steps.Take(Status.CurrentStepIndex + 1)),
    };

    /// <summary>The weight that can be had now: the one that is wanted. With a set that is not all of a raise at once.</summary>
    public Weight Reachable => SetPlan.Reachable(this) ?? Wanted;

    /// <summary>The raise that is due, where it waits for what a comparison with stable says: that of the step in force, or the last one,
    /// to all of the traffic. Null: none is, or it is the first, which has nothing to wait for.</summary>
    public Weight? DueRaise => Status switch
    {
        { Promotion: null } when Step is Step.SetWeight { Weight: var next } && Before < next
            && HasRequests(Status.CurrentStepIndex, isFull: next == Weight.Full)
            && Status.Weights.Desired < next => next,
        { Promotion: PromotionStage.ConfirmingFull, IsPromotedInFull: false } when Status.Weights.Desired < Weight.Full
            && HasRequests(Steps.Count, isFull: true) => Weight.Full,
        _ => null,
    };

    /// <summary>What that raise waits for, below it: a comparison that has not seen enough, or leans to harm. Null: for nothing.</summary>
    public string? AwaitedEvidence => ContinuesWithoutEvidence ? null : MissingEvidence;

    /// <summary>What the comparison lacks for that raise, whether it is waited for or not; null: nothing.</summary>
    public string? MissingEvidence => DueRaise is { } next ? AnalysisRuns.MissingForRaise(this, next == Weight.Full) : null;

    /// <summary>The raise is made without evidence: the time for it is over, and <c>onInconclusive</c> is continue.</summary>
    public bool ContinuesWithoutEvidence =>
        IsEvidenceOverdue && EvidencePolicy.OnInconclusive == InconclusiveAction.Continue;

    /// <summary>What becomes of a raise without evidence, and when: the policy of the analysis in the background.</summary>
    public VerdictPolicy EvidencePolicy => InForce?.Analysis?.Analysis.Policy ?? VerdictPolicy.Default;

    /// <summary>The raise has waited for as long as it may. As a pause does not, this wait does not end before the controller has watched
    /// again for a minute, nor before the last question was answered: an outage decides nothing.</summary>
    public bool IsEvidenceOverdue
    {
        get
        {
            if (Status.EvidenceAwaitedSince is not { } since || AnalysisRuns.AwaitsAnswer(this)) return false;
            var within = EvidencePolicy.EvidenceWithin;
            return since.After(within) <= Now
                && (Seen.WatchedSince is not { } watched || watched.After(ObservedWait.Shorter(within, ObservedWait.LastLook)) <= Now);
        }
    }

    /// <summary>The weight of the steps before the one in force.</summary>
    private Weight Before => Steps.Take(Status.CurrentStepIndex).OfType<Step.SetWeight>().LastOrDefault()?.Weight ?? Weight.Zero;

    private Weight ByTheSteps => Steps.Take(Status.CurrentStepIndex + 1).OfType<Step.SetWeight>().LastOrDefault()?.Weight ?? Weight.Zero;

    // The steps before this one gave the canary requests, by its weight or by their headers. Copies count before the last raise alone:
    // the first share of the traffic is what shows more than they do.
    private bool HasRequests(int step, bool isFull)
    {
        var managed = ManagedRouteSteps.After(Steps.Take(step));
        return (Steps.Take(step).OfType<Step.SetWeight>().LastOrDefault()?.Weight ?? Weight.Zero) > Weight.Zero
            || managed.Headers.Count > 0 || (isFull && managed.Mirrors.Count > 0);
    }

    /// <summary>The share of the requests that reaches the canary, copies included: what it is to have pods for.</summary>
    public Weight CanaryShare =>
        new[] { Wanted, Status.Weights.Desired, WantedRoutes.Mirrored, Status.ManagedRoutes.Desired.Mirrored }.Max();

    /// <summary>The weight in force is the one wanted, every route shows it and carries its number, and before the first step the canary's
    /// pods are ready: clocks run and steps end only then.</summary>
    public bool IsSettled => Status.Weights.Desired == Wanted && Status.ManagedRoutes.Desired == WantedRoutes && IsShown(Wanted)
        && IsFenced && (!Status.IsBeforeSteps || Canary.IsReady);

    /// <summary>
    /// When the timed pause in force ends; null: it has not begun, or only a person ends it. Its clock is the wall's, so a pause goes on
    /// while the controller is away. But a pause is there to watch the canary: it does not end before the controller has watched again for
    /// a minute, or for the length of the pause where that is shorter.
    /// </summary>
    public DateTimeOffset? PauseEndsAt
    {
        get
        {
            if (Step is not Step.Pause { Duration: { } length } || Status.StepStartedAt is not { } since) return null;
            return EndOf(length, since);
        }
    }

    /// <summary>When a time for watching the canary ends that began at <paramref name="since"/>.</summary>
    public DateTimeOffset EndOf(TimeSpan length, DateTimeOffset since)
    {
        var end = since.After(length);
        if (Seen.WatchedSince is not { } watched || watched <= since) return end;
        var watchedEnough = watched.After(ObservedWait.Shorter(length, ObservedWait.LastLook));
        return watchedEnough > end ? watchedEnough : end;
    }

    /// <summary>A raise is still to come, or to reach a route.</summary>
    public bool IsRaising =>
        Wanted > Status.Weights.Desired || IsAddingRoutes
        || Seen.Routes.Any(route => Shown(route) < Status.Weights.Desired && !Shows(route, Status.Weights.Desired));

    /// <summary>Header or mirror routes are still to come, or to reach a route.</summary>
    public bool IsAddingRoutes => !WantedRoutes.IsPartOf(Status.ManagedRoutes.Desired) || IsSendingRoutes;

    /// <summary>Some that are wanted are still to reach a route.</summary>
    public bool IsSendingRoutes => Seen.Routes.Any(route => !Status.ManagedRoutes.Desired.IsPartOf(route.Managed));

    /// <summary>Header or mirror routes are still to be taken off a route.</summary>
    public bool IsTakingRoutes => !AreRoutesShown && !IsSendingRoutes;

    /// <summary>Every route has the header and mirror routes before it that are wanted.</summary>
    private bool AreRoutesShown => Seen.Routes.All(route => route.Managed == Status.ManagedRoutes.Desired);

    /// <summary>The canary's pods are to be ready: they are to get traffic, or to be analysed without any.</summary>
    public bool NeedsCanary => IsRaising || Status is { IsBeforeSteps: true, Abort: null } || CopyPlan.AwaitedScale(this) is not null
        || BlueGreenSwitch.IsPreviewStarting(this);

    /// <summary>Less is still to come, or to reach a route.</summary>
    public bool IsLowering =>
        Wanted < Status.Weights.Desired || IsTakingRoutes
        || Seen.Routes.Any(route => Shown(route) > Status.Weights.Desired && !Shows(route, Status.Weights.Desired));

    /// <summary>The side that is to get more traffic can take it. Stable carried it before, so one ready pod is better than any of a canary
    /// that is to go.</summary>
    public bool CanTakeTraffic =>
        (!NeedsCanary || (Canary.IsReady && AwaitedCanaryCapacity is null && CopyPlan.AwaitedScale(this) is null))
        && (!IsLowering || (Stable.ReadyEndpoints > 0 && AwaitedStableCapacity is null));

    /// <summary>The canary has the pods for the weight in force.</summary>
    public bool CanCanaryBearDesired => InForce?.Set is not null
        ? SetPlan.Bears(this, new[] { Status.Weights.Desired, Status.ManagedRoutes.Desired.Mirrored }.Max())
        : Canary.IsReady && AwaitedCanaryCapacity is null;

    /// <summary>Pods that the canary is to have before the raise, and lacks; null: none.</summary>
    public string? AwaitedCanaryCapacity => Capacity.IsRequired(this) ? Capacity.CanaryLacks(this) : null;

    /// <summary>Pods that stable is to have before it takes the traffic back after a promotion, and lacks; null: none. A rollback waits for
    /// none, unless stable gave them away (<c>dynamicStableScale</c>).</summary>
    public string? AwaitedStableCapacity =>
        // A promoted version whose pods were given away gets them back before all of the traffic, whatever the policy is.
        (Status.Abort is null && (Capacity.IsRequired(this) || StableScale.IsAsked(this)) ? Capacity.StableLacks(this) : null)
        ?? (Capacity.IsRequired(this) ? StableScale.Lacks(this) : null);

    /// <summary>Somebody else wrote: a route shows neither what is wanted nor what was before.</summary>
    public bool IsForeign => Seen.Routes.Any(IsForeignRoute);

    /// <summary>Somebody else left a route without a pod: each moment that it stays so is an outage.</summary>
    public bool IsForeignAndEmpty => Seen.Routes.Any(route => route.IsEmpty && IsForeignRoute(route));

    /// <summary>No write that was sent before the weight in force was decided can change a route any more.</summary>
    public bool IsFenced => Status.FencedSequence >= Status.WriteSequence && !Seen.Routes.Any(route => route.IsClaimedByAnother);

    /// <summary>No template that was sent before an abort, or a restart, can arrive in stable's workload any more.</summary>
    public bool IsStableFenced => Status.TemplateSequence is null;

    /// <summary>Nothing is being released, and a route gives the canary what is not its share.</summary>
    public bool IsWeightForeign =>
        !Status.IsRunning && !Classify.IsFirstSight(this) && Seen.Routes.Count > 0 && !IsShown(Status.Weights.Desired);

    /// <summary>What a route gives to the canary.</summary>
    public Weight Shown(RouteObservation route) => ByRole(route.NamedCanaryWeight);

    private static SideObservation Judge(SideObservation side, int threshold) =>
        side.ReadyThreshold == threshold ? side : side with { ReadyThreshold = threshold };

    /// <summary>From the canary's share to the share of the side that the spec names canary, and back.</summary>
    public Weight ByRole(Weight weight) => Status.ByRole(weight);

    /// <summary>Somebody else wrote this one.</summary>
    public bool IsForeignRoute(RouteObservation route) =>
        (!route.IsChanging && !Shows(route, Status.Weights.Desired) && !Shows(route, Status.Weights.Previous))
        || (route.Managed != Status.ManagedRoutes.Desired && route.Managed != Status.ManagedRoutes.Previous);

    /// <summary>Every route gives the canary this much, and has the header and mirror routes that are wanted. False where no route can be
    /// read.</summary>
    public bool IsShown(Weight weight) => Seen.Routes.Count > 0 && AreRoutesShown && Seen.Routes.All(route => Shows(route, weight));

    public bool Shows(RouteObservation route, Weight weight)
    {
        var shown = Shown(route);
        if (shown == weight) return true;
        var isAnEnd = weight == Weight.Zero || weight == Weight.Full || shown == Weight.Zero || shown == Weight.Full;
        return !isAnEnd && Math.Abs(shown.BasisPoints - weight.BasisPoints) <= RoundingBasisPoints;
    }

    /// <summary>The current step for a person, counted from 1: "step 2 of 5".</summary>
    public string StepText => InForce?.BlueGreen is not null ? "the preview"
        : InForce?.Test?.Title ?? $"step {Math.Min(Status.CurrentStepIndex + 1, Steps.Count)} of {Steps.Count}";
}
