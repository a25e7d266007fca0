using System;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Queries;
using Canary.Core.Analysis.Red;

namespace Canary.Core.Planning;

/// <summary>What Prometheus is asked for about a service at rest, before a canary is compared with it.</summary>
public static class BaselineQueries
{
    private const int Points = 60;

    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    /// <summary>Requests a second of one side, point by point over the window: its mean is right also where a service, or Prometheus, is
    /// younger than the window.</summary>
    public static MetricQuery Requests(MetricSpec metric, RedSide side, TimeSpan window, DateTimeOffset at)
    {
        var step = TimeSpan.FromSeconds(Math.Max(15, Math.Ceiling(window.TotalSeconds / Points)));
        var (red, preset) = Of(metric, side);
        var question = preset.Question(RedSignal.Requests, red.Subject, 0, step > Shortest ? step : Shortest, side);
        return MetricQueries.Ask(red, preset, question, "", at) with
        { Range = new QueryRange(step * Math.Floor((window - step) / step), step) };
    }

    /// <summary>Requests to stable in the window.</summary>
    public static MetricQuery Volume(MetricSpec metric, TimeSpan window, DateTimeOffset at)
    {
        var (red, preset) = Of(metric, RedSide.Stable);
        return MetricQueries.Ask(red, preset, preset.Question(null, red.Subject, 0, window, RedSide.Stable), "", at) with
        {
            Probe = preset.Probe(red.Subject, RedSide.Stable),
            ProbeFinding = MetricQueries.Finding(preset, red),
        };
    }

    /// <summary>Of errors the share of stable's requests that failed; of durations how many were within each bound.</summary>
    public static MetricQuery Events(MetricSpec metric, TimeSpan window, DateTimeOffset at)
    {
        var (red, preset) = Of(metric, RedSide.Stable);
        if (red.Signal != RedSignal.Duration)
            return MetricQueries.Ask(red, preset, preset.Question(RedSignal.Errors, red.Subject, 0, window, RedSide.Stable), "", at);
        var classic = MetricQueries.Ask(red.Connection,
            preset.Buckets(red.Subject, ComparisonJudge.Bounds(metric), window, RedSide.Stable), "", at);
        var native = MetricQueries.Ask(red.Connection, preset.NativeBuckets(red.Subject, window, RedSide.Stable), "", at) with
        {
            TakesHistograms = true,
        };
        return red.Histogram switch
        {
            HistogramKind.Classic => classic,
            HistogramKind.Native => native,
            HistogramKind.Auto => classic with { Native = native },
        };
    }

    // The side's own provider.
    private static (ProviderSpec.Red Red, RedPreset Preset) Of(MetricSpec metric, RedSide side)
    {
        var red = (ProviderSpec.Red)metric.Provider;
        return (red with { Side = side, Subject = side == RedSide.Stable ? metric.Comparison!.StableSubject : red.Subject },
            RedPreset.Find(red.Preset) ?? throw new ArgumentException($"there is no preset {red.Preset}", nameof(metric)));
    }
}
