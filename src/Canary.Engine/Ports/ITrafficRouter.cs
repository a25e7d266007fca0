using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Engine.Ports;

/// <summary>Reads and writes the routes of one kind of router. Changes nothing in a user's object but weights, the routes that are Canary's
/// own, and the claim.</summary>
public interface ITrafficRouter
{
    /// <summary>The routes as they are, or what is wrong with what the spec names.</summary>
    Task<RouterReading> ReadAsync(RolloutSnapshot rollout, TrafficSpec traffic, CancellationToken cancel);

    /// <summary>
    /// Puts <paramref name="claim"/> on every routed object that carries an older one of the same Rollout, none, or one of a Rollout that
    /// is gone. Tests the weights that were read, and leaves them as they are.
    /// </summary>
    Task<WriteResult> ClaimAsync(RolloutSnapshot rollout, TrafficSpec traffic, Claim claim, CancellationToken cancel);

    /// <summary>
    /// Brings every route that is not like <paramref name="plan"/> to it: the share of the side named canary, and the header and mirror
    /// routes before the route; and gives <paramref name="claim"/> to every object that carries an older one. One write an object, which
    /// tests the claim and what was read.
    /// </summary>
    Task<WriteResult> ApplyAsync(RolloutSnapshot rollout, TrafficSpec traffic, RoutePlan plan, Claim claim, CancellationToken cancel);

    /// <summary>
    /// Lets go of every routed object of a Rollout that is deleted: gives the side named canary this share, where one is given, takes
    /// header and mirror routes off then, and the claim, in one write. A write that was sent before tests the claim that is no more.
    /// </summary>
    Task<ReleaseResult> ReleaseAsync(RolloutSnapshot rollout, TrafficSpec traffic, Weight? second, Claim claim, CancellationToken cancel);
}

/// <summary>What a router shows.</summary>
/// <param name="Routes">The routes, but those of objects that are gone; empty where one cannot be understood.</param>
/// <param name="Problems">Objects, routes or destinations that are missing or unusable, by the field of the Rollout that names
/// them.</param>
public sealed record RouterReading(EquatableArray<RouteObservation> Routes, EquatableArray<SpecError> Problems);
