using Canary.Core.Units;

namespace Canary.Core.Traffic;

/// <summary>The routes of one VirtualService in the Rollout's namespace.</summary>
/// <param name="Name">Name of the VirtualService.</param>
/// <param name="Routes">Names of its http routes; empty: its only http route, named or not.</param>
public sealed record VirtualServiceReference(string Name, EquatableArray<string> Routes);
