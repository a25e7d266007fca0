using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;

namespace Canary.Core.Tests.Rollouts.Scenarios;

/// <summary>What happens in a random world, as data, so that a scenario that breaks a law shrinks to the events that break it.</summary>
/// <param name="World">Chooses the spec.</param>
/// <param name="Events">What happens, in this order.</param>
internal sealed record Scenario(int[] World, ScenarioEvent[] Events)
{
    // How often each kind happens, beside the others.
    private static readonly (int Weight, EventKind Kind)[] Kinds =
    [
        (2, EventKind.Push), (1, EventKind.CanaryPods), (1, EventKind.FirstPods), (1, EventKind.RefuseRoutes), (1, EventKind.DropEffects),
        (1, EventKind.ForeignWrite), (3, EventKind.Measurement), (3, EventKind.Request), (1, EventKind.Pause), (1, EventKind.Steps),
        (1, EventKind.SpecErrors), (1, EventKind.Problems), (1, EventKind.FirstRevision), (1, EventKind.Router), (1, EventKind.CanaryReady),
        (1, EventKind.FirstReady), (1, EventKind.Crash), (1, EventKind.Alerts), (1, EventKind.AlertRules), (1, EventKind.NewLeader),
        (1, EventKind.ForeignPodsOfFirst), (1, EventKind.ForeignPodsOfSecond), (1, EventKind.DesiredPods), (2, EventKind.Time),
    ];

    // As many as the world and an event need at most.
    private static readonly Gen<int[]> WorldChoices = Gen.Choose(0, 9999).ArrayOf(30);
    private static readonly Gen<int[]> EventChoices = Gen.Choose(0, 9999).ArrayOf(12);

    /// <summary>Scenarios of so many events.</summary>
    public static Arbitrary<Scenario> Of(int events) => Arb.From(Gen.Zip(
        WorldChoices,
        Gen.Zip(Gen.Frequency(Kinds.Select(one => (one.Weight, Gen.Constant(one.Kind))).ToArray()), EventChoices)
            .Select(one => new ScenarioEvent(one.Item1, one.Item2)).ArrayOf(events))
        .Select(one => new Scenario(one.Item1, one.Item2)), scenario => scenario.Smaller());

    public override string ToString() => $"the world {string.Join(' ', World)}, then\n{string.Join('\n', Events.AsEnumerable())}";

    // First without long stretches, then without single events, then with simpler ones.
    private IEnumerable<Scenario> Smaller()
    {
        for (var length = Math.Max(1, Events.Length / 2); length >= 1 && Events.Length > 0; length /= 2)
        {
            for (var at = 0; at < Events.Length; at += length)
                yield return this with { Events = [.. Events[..at], .. Events.Skip(at + length)] };
        }

        for (var at = 0; at < Events.Length; at++)
        {
            var found = Events[at];
            foreach (var choices in Simpler(found.Choices))
                yield return this with { Events = [.. Events[..at], found with { Choices = choices }, .. Events[(at + 1)..]] };
        }

        foreach (var choices in Simpler(World)) yield return this with { World = choices };
    }

    // Zeros at the end are not needed.
    private static IEnumerable<int[]> Simpler(int[] choices)
    {
        if (choices.Length == 0) yield break;
        yield return [];
        yield return choices[..^1];
        for (var at = 0; at < choices.Length; at++)
        {
            if (choices[at] != 0) yield return [.. choices[..at], 0, .. choices[(at + 1)..]];
        }
    }
}
