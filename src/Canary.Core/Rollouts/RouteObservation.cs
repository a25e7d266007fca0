using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>One route as its object shows it.</summary>
/// <param name="Name">For people: <c>VirtualService shop/checkout route primary</c>.</param>
/// <param name="SecondWeight">Share of the side that the spec names canary among the two sides.</param>
public sealed record RouteObservation(string Name, Weight SecondWeight);
