using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Red;

/// <summary>Rate, errors and duration of one variant behind a proxy, as PromQL: what tells the variant's series apart, and what the queries
/// are.</summary>
/// <remarks>
/// Where a proxy has both, its client side is asked: it alone sees connections refused, timeouts and hosts that were never found.
/// A numerator without series counts 0 (no failure yet), a denominator of 0 gives no series (no traffic is no data, never success), a
/// quantile without samples is NaN. Durations are milliseconds.
/// </remarks>
public sealed record RedPreset
{
    /// <summary>A value of a subject that says how scraping left the labels: a <see cref="ScrapeLabels"/>, in lower case.</summary>
    public const string LabelsPlaceholder = "labels";

    private readonly Func<RedSubject, RedMatch[]> _identity;
    private readonly RedSeries _series;

    internal RedPreset(string key, string about, RedSeries series, EquatableArray<string> placeholders,
        Func<RedSubject, RedMatch[]> identity)
    {
        Key = key;
        About = about;
        Placeholders = placeholders;
        _series = series;
        _identity = identity;
        Counters = new RedCounters(series);
    }

    /// <summary>The presets, by key.</summary>
    public static EquatableArray<RedPreset> All => RedPresets.All;

    /// <summary>As templates name it.</summary>
    public string Key { get; }

    /// <summary>What it is for, in a few words.</summary>
    public string About { get; }

    /// <summary>The values of a subject that it needs.</summary>
    public EquatableArray<string> Placeholders { get; }

    /// <summary>The preset that measures the same where only the side's own proxies see the requests; null: there is none.</summary>
    internal string? InboundKey { get; init; }

    /// <summary>It has a histogram of durations.</summary>
    public bool HasDurations => _series.Durations is not null;

    /// <summary>Bounds of the histogram that a comparison asks for, in milliseconds, ascending.</summary>
    public EquatableArray<double> Bounds => [.. _series.Bounds];

    /// <summary>How its raw counters are read.</summary>
    internal RedCounters Counters { get; }

    /// <summary>Values that a subject may have, with what they are where it has not.</summary>
    public EquatableArray<Argument> Defaults { get; internal init; }

    /// <summary>The preset of this key; null where there is none.</summary>
    public static RedPreset? Find(string key) => All.FirstOrDefault(preset => preset.Key == key);

    /// <summary>The placeholders that <paramref name="subject"/> has no value for.</summary>
    public EquatableArray<string> Missing(IReadOnlyList<Argument> subject) =>
        [.. Placeholders.Where(name => !subject.Any(one => one.Name == name && one.Value is { Length: > 0 }))];

    /// <summary>The query of a signal. <paramref name="quantile"/> counts for <see cref="RedSignal.Duration"/> alone.</summary>
    /// <exception cref="ArgumentException">A placeholder has no value.</exception>
    public string Query(RedSignal signal, IReadOnlyList<Argument> subject, double quantile, TimeSpan window,
        RedSide side = RedSide.Canary) => TextOf(new RedQuery(Key, signal, quantile, window, []), subject, side);

    /// <summary>The query for how many requests there were in the window.</summary>
    /// <exception cref="ArgumentException">A placeholder has no value.</exception>
    public string Volume(IReadOnlyList<Argument> subject, TimeSpan window, RedSide side = RedSide.Canary) =>
        TextOf(new RedQuery(Key, null, 0, window, []), subject, side);

    /// <summary>The query for how many requests there were in the window in each bucket of these bounds, and in all: series with the label
    /// <c>le</c>, which count what is at most the bound.</summary>
    /// <exception cref="ArgumentException">A placeholder has no value, or the preset has no durations.</exception>
    public string Buckets(IReadOnlyList<Argument> subject, EquatableArray<double> bounds, TimeSpan window, RedSide side) =>
        $"sum by (le) (increase({TextOf(Raw(RedSignal.Duration, subject, bounds, window, side), subject, side)}))";

    /// <summary>The query for the same as one native histogram.</summary>
    /// <exception cref="ArgumentException">A placeholder has no value, or the preset has no durations.</exception>
    public string NativeBuckets(IReadOnlyList<Argument> subject, TimeSpan window, RedSide side) =>
        $"sum(increase({TextOf(Raw(RedSignal.Duration, subject, [], window, side) with { IsNative = true }, subject, side)}))";

    /// <summary>A signal, or how many requests there were, may be in native histograms alone.</summary>
    /// <param name="signal">The signal; null: how many requests there were.</param>
    public bool MayBeNative(RedSignal? signal) => signal == RedSignal.Duration ? HasDurations : _series.IsCountOfHistogram;

    /// <summary>The question that can be asked together with those of others.</summary>
    /// <param name="signal">Null: how many requests there were.</param>
    /// <param name="subject">Values of the placeholders.</param>
    /// <param name="quantile">For durations.</param>
    /// <param name="window">Range of the rate.</param>
    /// <param name="side">The side that the subject is.</param>
    /// <exception cref="ArgumentException">A placeholder has no value.</exception>
    public RedQuery Question(RedSignal? signal, IReadOnlyList<Argument> subject, double quantile, TimeSpan window, RedSide side)
    {
        var matches = Matches(subject, side);
        return new RedQuery(Key, signal, quantile, window,
            [.. matches.Select(match => new Label(match.Label, match.Value))])
        { IsAlone = matches.Any(match => match.IsPattern) };
    }

    /// <summary>The question for the counters themselves, with every sample of the window: requests by their outcome, or the buckets of the
    /// durations.</summary>
    /// <param name="signal">Errors or durations.</param>
    /// <param name="subject">Values of the placeholders.</param>
    /// <param name="bounds">Of durations: the bounds that are asked for, in milliseconds.</param>
    /// <param name="window">How far back.</param>
    /// <param name="side">The side that the subject is.</param>
    /// <exception cref="ArgumentException">A placeholder has no value.</exception>
    public RedQuery Raw(RedSignal signal, IReadOnlyList<Argument> subject, EquatableArray<double> bounds, TimeSpan window, RedSide side) =>
        Question(signal, subject, 0, window, side) with { IsRaw = true, Bounds = signal == RedSignal.Duration ? bounds : [] };

    /// <summary>The text of a question by itself.</summary>
    /// <exception cref="ArgumentException">A placeholder has no value.</exception>
    public string TextOf(RedQuery query, IReadOnlyList<Argument> subject, RedSide side) =>
        Text(query, [.. Matches(subject, side).Select(match => match.ToString())], []);

    /// <summary>A query that finds the series where they are under other labels than those that are asked: renamed by scraping, or told by
    /// the other side of a connection; null: there is nothing to look for.</summary>
    /// <exception cref="ArgumentException">A placeholder has no value.</exception>
    public string? Probe(IReadOnlyList<Argument> subject, RedSide side) => Elsewhere(subject, side) is { Length: > 0 } places
        ? string.Join(" or ",
            places.SelectMany(_ => _series.IsCountOfHistogram ? [_series.Requests, _series.Histogram!] : new[] { _series.Requests },
                (place, name) => $"count({name}{{"
                    + string.Join(',', [.. place.Always, .. _series.OfRequests, .. place.Matches.Select(match => match.ToString())])
                    + "})"))
        : null;

    /// <summary>What to say where the probe finds some.</summary>
    /// <exception cref="ArgumentException">A placeholder has no value.</exception>
    public string ProbeFinding(IReadOnlyList<Argument> subject, RedSide side) =>
        $"there are series with {string.Join("; or with ", Elsewhere(subject, side).Select(place => place.Finding))}";

    private (string[] Always, RedMatch[] Matches, string Finding)[] Elsewhere(IReadOnlyList<Argument> subject, RedSide side)
    {
        var asked = Matches(subject, side);
        var own = _identity(new RedSubject(name => Value(subject, name), side));
        var places = new List<(string[] Always, RedMatch[] Matches, string Finding)>();
        RedMatch[] renamed = [.. own.Select(match => match.Renamed)];
        if (own.Any(match => match.MayBeRenamed) && Labels(subject) != ScrapeLabels.Exported)
            places.Add((_series.Always, renamed,
                $"{Changed(own, renamed)}: scraping renamed the labels of preset {Key}; set honor_labels, or subject.labels to exported"));
        foreach (var scraping in new[] { ScrapeLabels.Kubernetes, ScrapeLabels.Operator })
        {
            RedMatch[] matches = [.. own.Select(match => match.By(scraping))];
            if (!matches.SequenceEqual(own) && !matches.SequenceEqual(asked))
                places.Add((_series.Always, matches,
                    $"{Changed(own, matches)}: pods are scraped with other labels than preset {Key} asks for; set subject.labels "
                        + $"to {scraping.ToString().ToLowerInvariant()}"));
        }

        if (_series.Inbound is { } inbound)
            places.Add((inbound, asked,
                $"{string.Join(", ", inbound.Except(_series.Always))} alone: the callers are outside of the mesh, and only the side's own "
                    + $"proxies see them; use preset {InboundKey}"));
        return [.. places];
    }

    private static string Changed(RedMatch[] own, RedMatch[] other) => string.Join(", ", other.Except(own).Select(match => match.Label));

    internal string Text(RedQuery query, string[] matchers, string[] by)
    {
        var (sum, each) = by.Length == 0 ? ("sum", "") : ($"sum by ({string.Join(", ", by)}) ", string.Join(", ", by) + ", ");
        var window = Range(query.Window);
        if (query.IsRaw)
        {
            return query.Signal == RedSignal.Duration
                ? Series(Durations(), query.IsNative ? [] : [Counters.Buckets(query.Bounds)], _series.OfDurations)
                : Series(Requests(), _series.OfRequests);
        }

        var all = Count("rate", _series.OfRequests);
        switch (query.Signal)
        {
            case null:
                return Count("increase", _series.OfRequests);
            case RedSignal.Requests:
                return all;
            case RedSignal.Errors:
                // Together, the zero of a variant without failures carries its labels.
                var zero = by.Length == 0 ? "vector(0)" : $"{all} * 0";
                var counted =
                    $"({Count("rate", [.. _series.OfRequests, _series.Good ?? _series.Failed])} or {zero})";
                return $"{(_series.Good is null ? "" : "1 - ")}{counted} / ({all} > 0)";
            default:
                var quantile = query.Quantile.ToString(CultureInfo.InvariantCulture);
                return $"{(_series.IsInSeconds ? "1000 * " : "")}histogram_quantile({quantile}, "
                    + (query.IsNative ? sum : $"sum by ({each}le) ")
                    + $"(rate({Series(Durations(), [], _series.OfDurations)})))";
        }

        string Durations() => (query.IsNative ? _series.Histogram : _series.Durations)
            ?? throw new ArgumentException($"preset {Key} has no durations", nameof(query));

        string Requests() => query.IsNative ? _series.Histogram! : _series.Requests;

        string Count(string function, string[] own) => query.IsNative
            ? $"histogram_count({sum}({function}({Series(Requests(), own)})))" : $"{sum}({function}({Series(Requests(), own)}))";

        string Series(string metric, string[] own, string[]? first = null) =>
            $"{metric}{{{string.Join(',', [.. _series.Always, .. first ?? [], .. matchers, .. own])}}}[{window}]";
    }

    private RedMatch[] Matches(IReadOnlyList<Argument> subject, RedSide side)
    {
        var matches = _identity(new RedSubject(name => Value(subject, name), side));
        var scraping = Labels(subject);
        return scraping == ScrapeLabels.Exported ? [.. matches.Select(match => match.Renamed)]
            : [.. matches.Select(match => match.By(scraping))];
    }

    // A run that another version resolved may say something that is not known here.
    private ScrapeLabels Labels(IReadOnlyList<Argument> subject) =>
        Enum.TryParse<ScrapeLabels>(Optional(subject, LabelsPlaceholder), ignoreCase: true, out var scraping) ? scraping : ScrapeLabels.Own;

    private string Value(IReadOnlyList<Argument> subject, string name) =>
        Optional(subject, name) ?? throw new ArgumentException($"the subject has no value for {name}", nameof(subject));

    private string? Optional(IReadOnlyList<Argument> subject, string name) =>
        subject.FirstOrDefault(argument => argument.Name == name)?.Value is { Length: > 0 } value ? value
        : Defaults.FirstOrDefault(argument => argument.Name == name)?.Value;

    private static string Range(TimeSpan window) => window.Ticks % TimeSpan.TicksPerSecond == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{window.Ticks / TimeSpan.TicksPerSecond}s")
        : string.Create(CultureInfo.InvariantCulture, $"{(long)window.TotalMilliseconds}ms");
}
