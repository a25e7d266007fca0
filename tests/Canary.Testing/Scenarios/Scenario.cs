using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;

namespace Canary.Testing.Scenarios;

/// <summary>What happens in a random world, as data, so that a scenario that breaks a law shrinks to the events that break it.</summary>
/// <typeparam name="TKind">The kinds of things that happen.</typeparam>
/// <param name="World">Chooses the spec.</param>
/// <param name="Events">What happens, in this order.</param>
internal sealed record Scenario<TKind>(int[] World, ScenarioEvent<TKind>[] Events)
{
    // As many as the world and an event need at most.
    private static readonly Gen<int[]> WorldChoices = Gen.Choose(0, 9999).ArrayOf(30);
    private static readonly Gen<int[]> EventChoices = Gen.Choose(0, 9999).ArrayOf(12);

    /// <summary>Scenarios of so many events.</summary>
    /// <param name="kinds">How often each kind happens, beside the others.</param>
    /// <param name="events">How many events.</param>
    public static Arbitrary<Scenario<TKind>> Of((int Weight, TKind Kind)[] kinds, int events) => Arb.From(Gen.Zip(
        WorldChoices,
        Gen.Zip(Gen.Frequency(kinds.Select(one => (one.Weight, Gen.Constant(one.Kind))).ToArray()), EventChoices)
            .Select(one => new ScenarioEvent<TKind>(one.Item1, one.Item2)).ArrayOf(events))
        .Select(one => new Scenario<TKind>(one.Item1, one.Item2)), scenario => scenario.Smaller());

    public override string ToString() => $"the world {string.Join(' ', World)}, then\n{string.Join('\n', Events.AsEnumerable())}";

    // First without long stretches, then without single events, then with simpler ones.
    private IEnumerable<Scenario<TKind>> Smaller()
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
