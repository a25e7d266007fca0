using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Engine.Ports;

/// <summary>What a router shows.</summary>
/// <param name="Routes">The routes, but those of objects that are gone; empty where one cannot be understood.</param>
/// <param name="Problems">Objects, routes or destinations that are missing or unusable, by the field of the Rollout that names
/// them.</param>
public sealed record RouterReading(EquatableArray<RouteObservation> Routes, EquatableArray<SpecError> Problems);
