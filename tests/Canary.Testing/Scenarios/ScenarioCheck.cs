using System;
using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework.Internal;

namespace Canary.Testing.Scenarios;

/// <summary>Tries scenarios. CANARY_SCENARIO_SEED chooses others than those of every build, and CANARY_SCENARIOS how many. A failure names
/// its seed, and shows the smallest scenario that was found.</summary>
internal static class ScenarioCheck
{
    private const ulong Seed = 20261120;

    /// <summary>Many scenarios.</summary>
    /// <param name="count">How many, unless CANARY_SCENARIOS says otherwise.</param>
    /// <param name="kinds">How often each kind happens, beside the others.</param>
    /// <param name="events">How many events each has.</param>
    /// <param name="live">Lives through one; it throws where a law is broken.</param>
    public static void All<TKind>(int count, (int Weight, TKind Kind)[] kinds, int events, Action<Scenario<TKind>> live) =>
        Try(int.TryParse(Environment.GetEnvironmentVariable("CANARY_SCENARIOS"), out var given) ? given : count, kinds, events, live);

    /// <summary>One, which may be long.</summary>
    /// <param name="kinds">How often each kind happens, beside the others.</param>
    /// <param name="events">How many events it has.</param>
    /// <param name="live">Lives through it; it throws where a law is broken.</param>
    public static void One<TKind>((int Weight, TKind Kind)[] kinds, int events, Action<Scenario<TKind>> live) =>
        Try(1, kinds, events, live);

    private static void Try<TKind>(int count, (int Weight, TKind Kind)[] kinds, int events, Action<Scenario<TKind>> live) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(Chosen, 7), Prop.ForAll(Scenario<TKind>.Of(kinds, events),
            scenario =>
            {
                // Of a failure that shrinks, only the smallest scenario is one of the test.
                using var isolated = new TestExecutionContext.IsolatedContext();
                live(scenario);
                return true;
            }));

    private static ulong Chosen => ulong.TryParse(
        Environment.GetEnvironmentVariable("CANARY_SCENARIO_SEED"), NumberStyles.None, CultureInfo.InvariantCulture,
        out var seed) ? seed : Seed;
}
