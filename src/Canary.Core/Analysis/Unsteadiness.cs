using System;

namespace Canary.Core.Analysis;

/// <summary>How much the events of either side change from window to window. Stable's stands for <see cref="Overdispersion"/> where it has
/// one pod alone; the canary's tells errors that come in bursts, such as pods that stall now and then, from those that come
/// steadily.</summary>
/// <param name="Requests">Requests of the canary in the last window.</param>
/// <param name="Events">Events of the canary in it.</param>
/// <param name="StableRequests">Requests of stable in it.</param>
/// <param name="StableEvents">Events of stable in it.</param>
/// <remarks>Successive differences (von Neumann 1941) of a Poisson count, given the sum of two windows: a rate that moves slowly does not
/// count, and neither does a step of both sides together, which is an incident.</remarks>
public sealed record Unsteadiness(long Requests, long Events, long StableRequests, long StableEvents)
{
    /// <summary>Before any window.</summary>
    public static readonly Unsteadiness None = new(0, 0, 0, 0);

    // Standard errors by which both sides must step together.
    private const double IncidentStep = 2;

    /// <summary>The steps of the canary.</summary>
    public StepSum Canary { get; init; } = StepSum.None;

    /// <summary>The steps of stable.</summary>
    public StepSum Stable { get; init; } = StepSum.None;

    /// <summary>With one window more.</summary>
    /// <param name="canary">The canary's side.</param>
    /// <param name="stable">Stable's.</param>
    /// <param name="bound">The bound whose events are counted.</param>
    /// <param name="isRaise">The canary gets more traffic since this window: what changes with it is no burst.</param>
    public Unsteadiness Add(SideCounts canary, SideCounts stable, int bound, bool isRaise)
    {
        var next = this with
        {
            Requests = canary.RequestsAt(bound),
            Events = canary.Events[bound],
            StableRequests = stable.RequestsAt(bound),
            StableEvents = stable.Events[bound],
        };
        if (isRaise) return next;
        var (ours, theirs) = (Step(Requests, Events, next.Requests, next.Events),
            Step(StableRequests, StableEvents, next.StableRequests, next.StableEvents));
        if (Math.Abs(ours) >= IncidentStep && Math.Abs(theirs) >= IncidentStep && Math.Sign(ours) == Math.Sign(theirs)) return next;
        return next with
        {
            Canary = Requests == 0 || next.Requests == 0 ? Canary : Canary.Add(ours, Events + next.Events),
            Stable = StableRequests == 0 || next.StableRequests == 0 ? Stable : Stable.Add(theirs, StableEvents + next.StableEvents),
        };
    }

    // Standard errors of the step from one window to the next.
    private static double Step(long before, long eventsBefore, long now, long eventsNow)
    {
        double pair = eventsBefore + eventsNow;
        if (before == 0 || now == 0 || pair == 0) return 0;
        var share = now / (double)(before + now);
        return (eventsNow - (share * pair)) / Math.Sqrt(pair * share * (1 - share));
    }
}
