using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Core.Units;

namespace Canary.Engine.Passes;

/// <summary>
/// What was refused, by Rollout. In memory alone: after a restart the first try shows it again. The wait doubles from 1 s to 30 s; a
/// different target is tried at once, so that an abort never waits for the back-off of a raise.
/// </summary>
internal sealed class RefusedWrites
{
    public static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<(string Uid, bool IsRoute), RefusedWrite> _kept = new();

    /// <summary>What is told to the state machine: the route that was refused, else the template.</summary>
    public string? MessageOf(string rolloutUid) => (Find(rolloutUid, true) ?? Find(rolloutUid, false))?.Message;

    /// <summary>The time before which this target is not tried again; null: now.</summary>
    public DateTimeOffset? WaitFor(string rolloutUid, RoutePlan? target, DateTimeOffset now) =>
        Find(rolloutUid, target is not null) is { } problem && problem.Target == target && problem.RetryAt > now ? problem.RetryAt : null;

    /// <returns>When to try again.</returns>
    public DateTimeOffset Note(string rolloutUid, RoutePlan? target, string message, DateTimeOffset now)
    {
        var failures = Find(rolloutUid, target is not null) is { } old && old.Target == target ? old.Failures + 1 : 1;
        var noted = new RefusedWrite(target, message, failures, now + WaitAfter(failures, LongestWait));
        _kept[(rolloutUid, target is not null)] = noted;
        return noted.RetryAt;
    }

    /// <returns>True where there was one.</returns>
    public bool Clear(string rolloutUid, RoutePlan? target) => _kept.TryRemove((rolloutUid, target is not null), out _);

    /// <summary>Forgets what was refused and is not wanted any more: it would be told of what comes next.</summary>
    /// <param name="rolloutUid">The Rollout.</param>
    /// <param name="plan">What the routes are to be like now.</param>
    /// <param name="isPromoting">A template is to be written.</param>
    public void ClearWhatIsNotWanted(string rolloutUid, RoutePlan plan, bool isPromoting)
    {
        if (Find(rolloutUid, true) is { Target: { } target } && target != plan) Clear(rolloutUid, target);
        if (!isPromoting) Clear(rolloutUid, null);
    }

    /// <summary>Forgets a refused route that shows what it is to all the same.</summary>
    public void ClearWhatIsShown(string rolloutUid, EquatableArray<RouteObservation> routes)
    {
        if (Find(rolloutUid, true) is { Target: { } target } && routes.Count > 0
            && routes.All(route => route.NamedCanaryWeight == target.Second && route.Managed == target.Managed))
            Clear(rolloutUid, target);
    }

    /// <summary>Forgets a Rollout that is gone.</summary>
    public void Forget(string rolloutUid)
    {
        _kept.TryRemove((rolloutUid, true), out _);
        _kept.TryRemove((rolloutUid, false), out _);
    }

    /// <summary>The pause after so many failures in a row: <see cref="FirstWait"/>, doubled with each, and <paramref name="longest"/> at
    /// most.</summary>
    public static TimeSpan WaitAfter(int failures, TimeSpan longest) => new ExponentialBackoff(FirstWait, longest).After(failures);

    private RefusedWrite? Find(string rolloutUid, bool isRoute) => _kept.GetValueOrDefault((rolloutUid, isRoute));
}

/// <summary>A write that was refused, and when it is worth another try.</summary>
/// <param name="Target">What the routes were to be like; null: no route was to be written.</param>
/// <param name="Message">What was to be written, and why not.</param>
/// <param name="Failures">Refusals in a row.</param>
/// <param name="RetryAt">No try before.</param>
internal sealed record RefusedWrite(RoutePlan? Target, string Message, int Failures, DateTimeOffset RetryAt);
