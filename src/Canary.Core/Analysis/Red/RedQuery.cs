using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Red;

/// <summary>One question about the traffic of one variant, which can be asked alone or together with others of its kind.</summary>
/// <param name="Preset">Key of the preset.</param>
/// <param name="Signal">Rate, errors or duration; null: how many requests there were in the window.</param>
/// <param name="Quantile">For durations.</param>
/// <param name="Window">Range of the rate.</param>
/// <param name="Identity">What tells the variant's series apart.</param>
public sealed record RedQuery(string Preset, RedSignal? Signal, double Quantile, TimeSpan Window, EquatableArray<Label> Identity)
{
    /// <summary>Variants in one query, at most.</summary>
    public const int MostTogether = 100;

    /// <summary>Variants in one query of raw buckets, at most: each has a series for every bound, status and pod, a hundred kilobytes and
    /// more in Istio, and an answer of a hundred would be refused for its size.</summary>
    public const int MostTogetherOfBuckets = 24;

    /// <summary>Variants in one query of raw native histograms, at most: each sample of one has all its buckets, fifty and more.</summary>
    public const int MostTogetherOfHistograms = 4;

    /// <summary>Characters of one query, about: the servers between here and there have limits.</summary>
    private const int LongestMatchers = 16_000;

    /// <summary>Matched by patterns, so that its series cannot be told from those of others in one answer: it is asked alone.</summary>
    public bool IsAlone { get; init; }

    /// <summary>The counters themselves are asked for, with every sample of the window, and nothing is computed of them.</summary>
    public bool IsRaw { get; init; }

    /// <summary>Native histograms are asked for.</summary>
    public bool IsNative { get; init; }

    /// <summary>Of raw buckets: the bounds that are asked for, in milliseconds.</summary>
    public EquatableArray<double> Bounds { get; init; }

    /// <summary>Queries with equal kinds may be asked together.</summary>
    public (string Preset, RedSignal? Signal, double Quantile, TimeSpan Window, string Labels, bool IsRaw, bool IsNative,
        EquatableArray<double> Bounds) Kind =>
        (Preset, Signal, Signal == RedSignal.Duration ? Quantile
            : 0, Window, string.Join(',', Identity.Select(label => label.Name)), IsRaw, IsNative, Bounds);

    private int Most => (IsRaw, IsNative, Signal) switch
    {
        (true, true, _) => MostTogetherOfHistograms,
        (true, false, RedSignal.Duration) => MostTogetherOfBuckets,
        _ => MostTogether,
    };

    /// <summary>Groups of at most <see cref="MostTogether"/> that one query each can ask for.</summary>
    /// <param name="queries">Of one kind.</param>
    public static IEnumerable<IReadOnlyList<RedQuery>> Groups(IEnumerable<RedQuery> queries)
    {
        var group = new List<RedQuery>();
        var length = 0;
        foreach (var query in queries.Distinct()
            .OrderBy(query => string.Join('\n', query.Identity.Select(label => label.Value)), StringComparer.Ordinal))
        {
            var added = query.Identity.Sum(label => label.Value.Length + 1);
            if (group.Count > 0
                && (group.Count == query.Most || length + added > LongestMatchers))
            {
                yield return group;
                group = [];
                length = 0;
            }

            group.Add(query);
            length += added;
        }

        if (group.Count > 0) yield return group;
    }

    /// <summary>The query that asks for all of them: its series carry the labels of <see cref="Identity"/>.</summary>
    /// <param name="queries">Of one kind, one at least.</param>
    public static string Together(IReadOnlyList<RedQuery> queries)
    {
        var labels = queries[0].Identity.Select(label => label.Name).ToArray();
        var matchers = labels.Select((name, index) =>
            RedMatch.AnyOf(name, [.. queries.Select(query => query.Identity[index].Value).Distinct(StringComparer.Ordinal)]));
        return RedPreset.Find(queries[0].Preset)!.Text(queries[0], [.. matchers], labels);
    }

    /// <summary>
    /// The part of a common answer that is this variant's: one series without labels, as if it had been asked alone, and of counters all
    /// its series with theirs; none where it is not in the answer. The product of the labels' values may hold variants that nobody asked
    /// for, so all labels must be equal.
    /// </summary>
    public MetricAnswer Part(MetricAnswer together) => together switch
    {
        MetricAnswer.Vector vector =>
            vector with
            {
                Samples = vector.Samples.Where(sample => IsOurs(sample.Labels)).Select(sample => sample with { Labels = [] })
                .ToEquatableArray()
            },
        MetricAnswer.Matrix matrix => matrix with { Series = matrix.Series.Where(series => IsOurs(series.Labels)).ToEquatableArray() },
        _ => together,
    };

    // A label that is missing is an empty one.
    private bool IsOurs(EquatableArray<Label> labels) =>
        Identity.All(label => label.Value.Length == 0 ? labels.All(other => other.Name != label.Name || other.Value.Length == 0)
            : labels.Contains(label));

    /// <inheritdoc />
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture,
            $"{Preset} {Signal} {string.Join(' ', Identity.Select(label => $"{label.Name}={label.Value}"))}");
}
