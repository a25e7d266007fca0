using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Red;
using Canary.Core.Planning;
using Canary.Core.Units;

namespace Canary.Core.Placebo;

/// <summary>One sequential metric of a rollout that is made up of stable's own pods: when it is measured, and how much of the traffic its
/// canary is to have meanwhile.</summary>
/// <param name="Metric">The metric, without a count: it is measured as long as the rollout measures it.</param>
/// <param name="From">Time from the start of the rollout until it is measured.</param>
/// <param name="To">Time from the start until it is measured no more.</param>
/// <param name="Shares">The canary's share of the traffic from each time on, above 0.</param>
public sealed record PlaceboTest(MetricSpec Metric, TimeSpan From, TimeSpan To, EquatableArray<PlaceboShare> Shares)
{
    private const int MostMarks = 120;

    /// <summary>The times from the start at which the ranges of many rollouts are compared: each minute, or rarer, so that there are at
    /// most 120.</summary>
    public EquatableArray<TimeSpan> Marks
    {
        get
        {
            var minutes = (To - From).TotalMinutes;
            var step = Math.Max(1, Math.Ceiling(minutes / MostMarks));
            return [.. Enumerable.Range(1, (int)(minutes / step)).Select(mark => From + TimeSpan.FromMinutes(mark * step))];
        }
    }

    /// <summary>The largest of the shares.</summary>
    public double Most => Shares.Select(one => one.Share).DefaultIfEmpty(0).Max();

    /// <summary>How far before a window its counters are read.</summary>
    public static TimeSpan ReadBefore(MetricSpec metric) => CounterReading.Before(metric.Comparison!.Warmup);

    /// <summary>The metric along the steps of a rollout; null: they never measure it while there are two sides.</summary>
    /// <param name="metric">The metric, with its part of alpha.</param>
    /// <param name="ramp">The steps. A pause that a person ends takes no time.</param>
    public static PlaceboTest? Plan(MetricSpec metric, Ramp ramp)
    {
        var (at, from, to) = (TimeSpan.Zero, (TimeSpan?)null, TimeSpan.Zero);
        var (shares, measured) = (new List<PlaceboShare>(), metric);
        foreach (var stage in ramp.Stages)
        {
            var length = stage.Length ?? TimeSpan.Zero;
            if (stage.IsCompared)
            {
                if (from is null) measured = metric with { Interval = stage.Interval, InitialDelay = stage.Delay };
                from ??= at;
                to = at + length;
            }

            if (stage.Share is > 0 and < 1) shares.Add(new PlaceboShare(at, stage.Share));
            at += length;
        }

        return from is { } begin ? new PlaceboTest(measured with { Count = null, Retention = 1 }, begin, to, [.. shares]) : null;
    }

    /// <summary>The metric in a rollout of another length, at its largest weight.</summary>
    public PlaceboTest During(TimeSpan length) => this with { From = TimeSpan.Zero, To = length, Shares = [new(TimeSpan.Zero, Most)] };

    /// <summary>The metric with another <c>tolerate</c>.</summary>
    public PlaceboTest Tolerating(double times) => this with
    {
        Metric = Metric with
        {
            Comparison = Metric.Comparison! with
            {
                Tolerate = times,
                NotWorseThan = Math.Max(Metric.Comparison.NotWorseThan, 1.5 * times),
            },
        },
    };

    /// <summary>The same metric counted by stable's own proxies, where the preset counts at callers or gateways, whose pods are not
    /// stable's; null: there is no such preset, or it needs what the Rollout does not say.</summary>
    public PlaceboTest? ByOwnProxies()
    {
        var stable = Metric.Comparison!.StableSubject;
        return Metric.Provider is ProviderSpec.Red red && RedPreset.Find(red.Preset)?.InboundKey is { } key
            && RedPreset.Find(key)!.Missing(stable).Count == 0
            ? this with { Metric = Metric with { Provider = red with { Preset = key, Subject = stable } } } : null;
    }

    /// <summary>The metric with always the same group of pods, whatever the steps say.</summary>
    public PlaceboTest WithAllPods() => this with { Shares = [new(TimeSpan.Zero, 1)] };

    /// <summary>How many pods the canary has at a time, next to <paramref name="stable"/> others: those whose share is nearest.</summary>
    /// <param name="time">Time from the start of the rollout.</param>
    /// <param name="stable">Pods of stable.</param>
    /// <param name="most">Pods that the canary has at most.</param>
    public int PodsAt(TimeSpan time, int stable, int most)
    {
        var share = Shares.LastOrDefault(one => one.From < time)?.Share ?? Shares[0].Share;
        return share >= 1 ? most : Math.Clamp((int)Math.Round(share * stable / (1 - share)), 1, most);
    }
}

/// <summary>A share of the traffic.</summary>
/// <param name="From">Time from the start of the rollout.</param>
/// <param name="Share">0 to 1.</param>
public sealed record PlaceboShare(TimeSpan From, double Share);
