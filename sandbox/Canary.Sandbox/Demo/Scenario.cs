using System;
using System.Collections.Generic;
using Canary.Sandbox.World;

namespace Canary.Sandbox.Demo;

/// <summary>One version that the demo ships, and how it has to end.</summary>
internal sealed record Scenario(string Title, ShippedVersion Version, ScenarioOutcome Expected)
{
    /// <summary>The three of the demo. What makes them good or bad is in the service itself; nobody tells the controller.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("2.0.0 is good", new ShippedVersion("2.0.0", 0, TimeSpan.FromMilliseconds(9)), ScenarioOutcome.Promoted),
        new("3.0.0 fails one request in five", new ShippedVersion("3.0.0", 0.2, TimeSpan.FromMilliseconds(9)), ScenarioOutcome.RolledBack),
        new("4.0.0 is slow", new ShippedVersion("4.0.0", 0, TimeSpan.FromMilliseconds(400)), ScenarioOutcome.RolledBack),
    ];
}
