using System;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Queries;
using Canary.Core.Analysis.Red;
using Canary.Core.Units;

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
        var (red, preset) = Of(metric);
        return MetricQueries.Ask(red.Connection,
            preset.Query(RedSignal.Requests, Subject(metric, side), 0, step > Shortest ? step : Shortest, side), "",
            at) with
        { Range = new QueryRange(step * Math.Floor((window - step) / step), step) };
    }

    /// <summary>Requests to stable in the window.</summary>
    public static MetricQuery Volume(MetricSpec metric, TimeSpan window, DateTimeOffset at)
    {
        var (red, preset) = Of(metric);
        return MetricQueries.Ask(red.Connection, preset.Volume(Subject(metric, RedSide.Stable), window, RedSide.Stable), "", at) with
        {
            Probe = preset.Probe(Subject(metric, RedSide.Stable), RedSide.Stable),
            ProbeFinding = MetricQueries.Finding(preset, red with { Subject = Subject(metric, RedSide.Stable), Side = RedSide.Stable }),
        };
    }

    /// <summary>Of errors the share of stable's requests that failed; of durations how many were within each bound.</summary>
    public static MetricQuery Events(MetricSpec metric, TimeSpan window, DateTimeOffset at)
    {
        var (red, preset) = Of(metric);
        var subject = Subject(metric, RedSide.Stable);
        var text = red.Signal == RedSignal.Duration
            ? preset.Buckets(subject, ComparisonJudge.Bounds(metric), window, RedSide.Stable)
            : preset.Query(RedSignal.Errors, subject, 0, window, RedSide.Stable);
        return MetricQueries.Ask(red.Connection, text, "", at);
    }

    private static (ProviderSpec.Red Red, RedPreset Preset) Of(MetricSpec metric)
    {
        var red = (ProviderSpec.Red)metric.Provider;
        return (red, RedPreset.Find(red.Preset) ?? throw new ArgumentException($"there is no preset {red.Preset}", nameof(metric)));
    }

    private static EquatableArray<Argument> Subject(MetricSpec metric, RedSide side) =>
        side == RedSide.Stable ? metric.Comparison!.StableSubject : ((ProviderSpec.Red)metric.Provider).Subject;
}
