using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Statistics.Kayenta;

/// <summary>How much of what was compared is as good as stable.</summary>
/// <param name="Value">0 to 100, rounded to two places.</param>
/// <param name="Groups">The score of each group, 0 to 100 and not rounded, in the order in which the groups are first named; also where
/// something critical made the value 0.</param>
/// <param name="Reason">Why the value is what it is, in words.</param>
/// <remarks>Source: Kayenta, NetflixACAJudge-v1.0. One thing differs: a critical metric whose comparison ended in an error makes the score
/// 0; there the error counts for nothing, so that a broken judge passes.</remarks>
public sealed record KayentaScore(double Value, EquatableArray<(string Group, double Score)> Groups, string Reason)
{
    private const double MostWithoutValues = 0.5;

    /// <summary>The score of these metrics.</summary>
    /// <param name="metrics">The metrics; muted ones count for nothing here. With none the score is 0.</param>
    /// <param name="weights">The weights of some of the groups; the groups without one share what is left of 100 percent equally. A weight
    /// of a group that no metric is in is lost.</param>
    /// <exception cref="ArgumentException">A weight is not from 0 to 100, a group has two, or the weights are above 100 together: the
    /// groups without one would count less than nothing.</exception>
    public static KayentaScore Of(IReadOnlyList<ScoredMetric> metrics, IReadOnlyList<GroupWeight> weights)
    {
        Check(weights);
        ScoredMetric[] scored = [.. metrics.Where(metric => !metric.IsMuted)];
        (string Group, double Score)[] groups =
            [.. scored.SelectMany(metric => metric.Groups).Distinct().Select(group => (group, ScoreOf(scored, group)))];

        // The order is Kayenta's: what is critical decides before what has no values, and both before the sum.
        string[] critical = [.. scored.Where(FailsAll).Select(metric => $"{metric.Name} ({Word(metric.Classification)})")];
        if (critical.Length > 0) return new(0, [.. groups], $"critical: {string.Join(", ", critical)}");
        string[] without = [.. scored.Where(metric => metric.Classification == Classification.Nodata).Select(metric => metric.Name)];
        if (scored.Length > 0 && without.Length >= MostWithoutValues * scored.Length)
            return new(0, [.. groups], $"{without.Length} of {scored.Length} metrics have no values: {string.Join(", ", without)}");

        var value = Rounded(Sum(groups, weights));
        return new(value, [.. groups], Wording(scored, groups, value));
    }

    private static double Sum((string Group, double Score)[] groups, IReadOnlyList<GroupWeight> weights)
    {
        var known = weights.ToDictionary(weight => weight.Group, weight => weight.Percent);
        var unknown = groups.Count(group => !known.ContainsKey(group.Group));
        var share = unknown == 0 ? 0 : (100 - known.Values.Sum()) / unknown;
        return groups.Sum(group => group.Score * (known.GetValueOrDefault(group.Group, share) / 100));
    }

    /// <summary>The passed share of what counts; 100 for a group where nothing does.</summary>
    private static double ScoreOf(ScoredMetric[] scored, string group)
    {
        ScoredMetric[] counted = [.. scored.Where(metric => metric.Groups.Contains(group) && Counts(metric.Classification))];
        return counted.Length == 0 ? 100 : 100.0 * counted.Count(metric => metric.Classification == Classification.Pass) / counted.Length;
    }

    private static bool Counts(Classification classification) => classification switch
    {
        Classification.Pass or Classification.High or Classification.Low or Classification.NodataFail => true,
        Classification.Nodata or Classification.Error => false,
    };

    /// <summary>A difference is critical only by its effect, which the comparison has looked at; a metric that could not be looked at is by
    /// being critical.</summary>
    private static bool FailsAll(ScoredMetric metric) => metric.Classification switch
    {
        Classification.Pass => false,
        Classification.High or Classification.Low => metric.IsCriticalFailure,
        Classification.Nodata or Classification.NodataFail or Classification.Error => metric.IsCritical || metric.IsCriticalFailure,
    };

    private static string Word(Classification classification) => classification switch
    {
        Classification.Pass => "as stable",
        Classification.High => "higher than stable",
        Classification.Low => "lower than stable",
        Classification.Nodata => "no values",
        Classification.NodataFail => "no values, and it must have some",
        Classification.Error => "not compared",
    };

    private static string Wording(ScoredMetric[] scored, (string Group, double Score)[] groups, double value)
    {
        if (scored.Length == 0) return "there is no metric to score";
        if (groups.Length == 0) return "no metric is in a group, so nothing is scored";
        var number = value.ToString("0.##", CultureInfo.InvariantCulture);
        string[] others = [.. scored.Where(metric => metric.Classification != Classification.Pass)
            .Select(metric => $"{metric.Name} ({Word(metric.Classification)})")];
        return others.Length == 0 ? $"{number} of 100: all {scored.Length} metrics are as stable"
            : $"{number} of 100: {string.Join(", ", others)}";
    }

    /// <summary>Rounded as it is printed, half up: 66.665 is 66.67, although the nearest double is below it.</summary>
    private static double Rounded(double value) => (double)Math.Round((decimal)value, 2, MidpointRounding.AwayFromZero);

    private static void Check(IReadOnlyList<GroupWeight> weights)
    {
        if (weights.FirstOrDefault(weight => weight.Percent is not (>= 0 and <= 100)) is { } wrong)
            throw new ArgumentException($"the weight of {wrong.Group} is from 0 to 100", nameof(weights));
        if (weights.DistinctBy(weight => weight.Group).Count() != weights.Count)
            throw new ArgumentException("a group has one weight", nameof(weights));
        if (weights.Sum(weight => weight.Percent) > 100 + 1e-9)
            throw new ArgumentException("the weights are at most 100 together", nameof(weights));
    }
}

/// <summary>What a group of metrics contributes to the score at most.</summary>
/// <param name="Group">The group's name.</param>
/// <param name="Percent">0 to 100, and all groups together at most 100.</param>
public sealed record GroupWeight(string Group, double Percent);

/// <summary>One metric as it goes into the score.</summary>
/// <param name="Name">The metric's name, for the reason.</param>
/// <param name="Classification">What its comparison found.</param>
/// <param name="IsCritical">That the metric is critical: without values, or without a comparison, it fails everything.</param>
/// <param name="IsCriticalFailure">That its finding fails everything.</param>
/// <param name="IsMuted">That it is shown and not scored.</param>
/// <param name="Groups">The groups that it counts in, in each of them once; none: in no group.</param>
public sealed record ScoredMetric(string Name, Classification Classification, bool IsCritical, bool IsCriticalFailure, bool IsMuted,
    EquatableArray<string> Groups);
