using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Statistics.Kayenta;

/// <summary>The series of both arms of one metric, each beside the one that has its tags in the other arm.</summary>
/// <param name="Pairs">The pairs: those of the canary's series in their order, then those that only stable has. Empty where there is a
/// problem.</param>
/// <param name="Problem">Why they cannot be paired; empty: they can. The metric's comparison is an <see cref="Classification.Error"/>
/// then.</param>
/// <remarks>Source: Kayenta, which raises an exception for each of the problems.</remarks>
public sealed record SamplePairing(EquatableArray<SamplePair> Pairs, string Problem)
{
    /// <summary>Pairs the series of one metric.</summary>
    /// <param name="canary">The canary's series. A source without an answer gives one series without points, and not none.</param>
    /// <param name="stable">Stable's series, likewise.</param>
    /// <param name="points">Points that the interval has, which is its length by the step: shorter series are filled up with NaN at their
    /// end, as the whole of a series is that its arm does not have.</param>
    public static SamplePairing Of(IReadOnlyList<SampleSet> canary, IReadOnlyList<SampleSet> stable, int points)
    {
        SampleSet[] all = [.. canary.Concat(stable)];
        if (all.Length == 0) return new([], "");
        if (canary.Count == 0) return new([], $"{stable[0].Metric} is there for stable and not for the canary");
        if (stable.Count == 0) return new([], $"{canary[0].Metric} is there for the canary and not for stable");
        if (all.FirstOrDefault(set => set.Metric != all[0].Metric) is { } other)
            return new([], $"{all[0].Metric} and {other.Metric} are two metrics");
        if (all.FirstOrDefault(set => Names(set) != Names(all[0])) is { } odd)
            return new([], $"some series of {odd.Metric} have the tags {Names(all[0])} and others {Names(odd)}");
        if (HasTwins(canary) || HasTwins(stable)) return new([], $"two series of {all[0].Metric} have the same tags in one arm");

        var (ofCanary, ofStable) = (ByTags(canary), ByTags(stable));
        var pairs = ofCanary.Keys.Concat(ofStable.Keys.Except(ofCanary.Keys))
            .Select(tags => new SamplePair(tags, Filled(ofCanary, tags, points), Filled(ofStable, tags, points)));
        return new([.. pairs], "");
    }

    private static EquatableArray<(string Name, string Value)> Sorted(SampleSet set) =>
        [.. set.Tags.OrderBy(tag => tag.Name, StringComparer.Ordinal)];

    private static string Names(SampleSet set) => set.Tags.Count == 0 ? "(none)" : string.Join(", ", Sorted(set).Select(tag => tag.Name));

    private static bool HasTwins(IReadOnlyList<SampleSet> sets) => sets.Select(Sorted).Distinct().Count() != sets.Count;

    private static OrderedDictionary<EquatableArray<(string Name, string Value)>, EquatableArray<double>> ByTags(
        IReadOnlyList<SampleSet> sets) =>
        new(sets.Select(set => KeyValuePair.Create(Sorted(set), set.Values)));

    private static EquatableArray<double> Filled(
        OrderedDictionary<EquatableArray<(string Name, string Value)>, EquatableArray<double>> sets,
        EquatableArray<(string Name, string Value)> tags,
        int points)
    {
        EquatableArray<double> values = sets.TryGetValue(tags, out var found) ? found : [];
        return [.. values, .. Enumerable.Repeat(double.NaN, Math.Max(0, points - values.Count))];
    }
}

/// <summary>The points of both arms under the same tags.</summary>
/// <param name="Tags">The tags, in the order of their names.</param>
/// <param name="Canary">The canary's points, NaN where there is no value.</param>
/// <param name="Stable">Stable's points, NaN where there is no value.</param>
public sealed record SamplePair(EquatableArray<(string Name, string Value)> Tags, EquatableArray<double> Canary,
    EquatableArray<double> Stable);

/// <summary>The points of one series of a metric in one arm.</summary>
/// <param name="Metric">The metric's name.</param>
/// <param name="Tags">What tells the series from the others of its metric, in any order.</param>
/// <param name="Values">The points in the order of time, NaN where there is no value. A source that leaves missing points out makes it
/// shorter.</param>
public sealed record SampleSet(string Metric, EquatableArray<(string Name, string Value)> Tags, EquatableArray<double> Values);
