using System;
using Canary.Core.Traffic;
using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>A strategy that tests the canary at weight 0 for a time, and promotes it then: with the requests of some users
/// (<c>strategy.abTest</c>), or with copies of requests (<c>strategy.mirror</c>).</summary>
/// <param name="Kind">Which of the two.</param>
/// <param name="Match">The requests. Of copies: empty for all.</param>
/// <param name="Percentage">Share of those requests that is copied; of an A/B test 100.</param>
/// <param name="Duration">How long, at least; null: <paramref name="Iterations"/> say it, or a person promotes.</param>
/// <param name="Iterations">How many <paramref name="Interval"/>s it takes; null: it is not said in this way. Source: Flagger's
/// <c>analysis.iterations</c>.</param>
/// <param name="Interval">Length of each; null without them.</param>
public sealed record TestStrategy(TestKind Kind, EquatableArray<RequestMatch> Match, Weight Percentage, TimeSpan? Duration,
    int? Iterations = null, TimeSpan? Interval = null)
{
    /// <summary>Most <see cref="Iterations"/>.</summary>
    public const int MostIterations = 10_000;

    private const string RouteName = "test";

    /// <summary>Its field in <c>spec.strategy</c>.</summary>
    public string Field => Kind switch { TestKind.AbTest => "abTest", TestKind.Mirror => "mirror" };

    /// <summary>For people.</summary>
    public string Title => Kind switch { TestKind.AbTest => "the A/B test", TestKind.Mirror => "the mirror test" };

    /// <summary>How long it lasts at least; null: until a person promotes.</summary>
    public TimeSpan? Length => Duration ?? (Iterations is { } count && Interval is { } each
        ? TimeSpan.FromSeconds(Math.Clamp(count * each.TotalSeconds, 0, 2 * GoDuration.Longest.TotalSeconds)) : null);

    /// <summary>It as steps: its route, and a pause.</summary>
    public EquatableArray<Step> Steps() =>
        [Kind switch
        {
            TestKind.AbTest => new Step.SetHeaderRoute(new HeaderRoute(RouteName, Match)),
            TestKind.Mirror => new Step.SetMirrorRoute(new MirrorRoute(RouteName, Percentage, Match)),
        }, new Step.Pause(Length)];
}

/// <summary>What the canary gets in a test.</summary>
public enum TestKind
{
    /// <summary>The requests of users that match.</summary>
    AbTest,

    /// <summary>Copies of requests.</summary>
    Mirror,
}
