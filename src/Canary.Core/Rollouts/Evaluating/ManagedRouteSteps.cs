using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Traffic;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Evaluating;

/// <summary>The header and mirror routes that steps ask for: always made from all steps up to the one in force, so that none is ever
/// forgotten, or left behind by a step that was skipped.</summary>
public static class ManagedRouteSteps
{
    /// <summary>The routes after these steps. A step that names a route again changes it where it stands.</summary>
    public static ManagedRoutes After(IEnumerable<Step> steps)
    {
        var (headers, mirrors) = (new List<HeaderRoute>(), new List<MirrorRoute>());
        foreach (var step in steps)
        {
            if (step is Step.SetHeaderRoute { Route: var header })
                Set(headers, header, route => route.Name == header.Name, header.Match.Count > 0);
            else if (step is Step.SetMirrorRoute { Route: var mirror })
                Set(mirrors, mirror, route => route.Name == mirror.Name, mirror.Percentage > Weight.Zero);
        }

        return headers.Count + mirrors.Count == 0 ? ManagedRoutes.None
            : new ManagedRoutes(headers.ToEquatableArray(), mirrors.ToEquatableArray());
    }

    /// <summary>All routes that the steps ever ask for.</summary>
    public static ManagedRoutes All(IReadOnlyCollection<Step> steps) => new(
        [.. steps.OfType<Step.SetHeaderRoute>().Select(step => step.Route).Where(route => route.Match.Count > 0)],
        [.. steps.OfType<Step.SetMirrorRoute>().Select(step => step.Route).Where(route => route.Percentage > Weight.Zero)]);

    /// <summary>The routes that steps in force or ahead ask for: none while a rollout is rolled back, or after its last step.</summary>
    public static ManagedRoutes StillNeeded(RolloutStatus status, RolloutSpec? spec)
    {
        if (status is { IsRunning: true } and ({ Abort: not null } or { Promotion: not null and not PromotionStage.ConfirmingFull }))
            return ManagedRoutes.None;
        // Changed steps begin again: what they ask for no more is no problem any more.
        if (spec is { Steps: var changed } && changed != status.Accepted?.Steps) return All(changed);
        var steps = status.Governing(spec)?.Steps ?? [];
        var done = status is { IsRunning: true, IsRestarting: false, IsBeforeSteps: false }
            ? Math.Clamp(status.CurrentStepIndex + 1, 0, steps.Count) : 0;
        var (inForce, ahead) = (After(steps.Take(done)), All([.. steps.Skip(done)]));
        return new ManagedRoutes([.. inForce.Headers.Union(ahead.Headers)], [.. inForce.Mirrors.Union(ahead.Mirrors)]);
    }

    private static void Set<T>(List<T> routes, T route, Predicate<T> isSame, bool isWanted)
    {
        var at = routes.FindIndex(isSame);
        if (at >= 0 && isWanted) routes[at] = route;
        else if (at >= 0) routes.RemoveAt(at);
        else if (isWanted) routes.Add(route);
    }
}
