using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Red;

namespace Canary.Core.Placebo;

/// <summary>How much two groups of one version's pods differ over a time of some minutes.</summary>
/// <param name="Length">The time.</param>
/// <param name="Windows">Times of that length that were looked at; they do not overlap.</param>
/// <param name="Overdispersion">How many times the variance that independent events would have: 1 is chance alone. NaN: nothing
/// happened.</param>
/// <param name="Variation">Coefficient of variation of the ratio of the two rates, without what chance explains; 0: chance explains all of
/// it. NaN: nothing happened.</param>
/// <remarks>
/// Given the events of both groups in a window, those of one are hypergeometric where events are independent. A ratio that differs by a
/// share d moves them by d times their mean: the sum of the squares beyond the variance, over that of the squared means, each by the
/// variance, is the moment estimate of the mean of d squared.
/// </remarks>
public sealed record SideNoise(TimeSpan Length, int Windows, double Overdispersion, double Variation)
{
    // Draws of the groups in each window.
    private const int Draws = 20;

    /// <summary>Measures it over a past, with groups that are drawn anew in each window.</summary>
    /// <param name="metric">What is counted.</param>
    /// <param name="past">The counters.</param>
    /// <param name="from">Beginning of the first window.</param>
    /// <param name="to">No window ends later.</param>
    /// <param name="length">Length of a window.</param>
    /// <param name="group">The pods of the smaller group out of so many; 0: there is none.</param>
    /// <param name="seed">Of the draws.</param>
    public static SideNoise Measure(MetricSpec metric, PastCounters past, DateTimeOffset from, DateTimeOffset to, TimeSpan length,
        Func<int, int> group, ulong seed)
    {
        var (sequence, windows) = (new SeededSequence(seed), 0);
        Moments[] bounds = [];
        for (var begin = from; begin + length <= to; begin += length)
        {
            PodCounts[] pods = [.. Count(metric, past, begin, begin + length).Where(pod => pod.Counts.Requests > 0)];
            var size = pods.Length < 2 ? 0 : group(pods.Length);
            if (size < 1) continue;
            windows++;
            if (bounds.Length == 0) bounds = [.. pods[0].Counts.Events.Select(_ => new Moments())];
            for (var draw = 0; draw < Draws; draw++)
            {
                var drawn = sequence.Shuffle(pods);
                var (some, others) = (Sum(drawn[..size]), Sum(drawn[size..]));
                for (var bound = 0; bound < bounds.Length; bound++)
                    bounds[bound].Add(some.RequestsAt(bound), some.Events[bound], others.RequestsAt(bound), others.Events[bound]);
            }
        }

        var telling = bounds.MaxBy(one => one.Weight);
        return telling is { Weight: > 0 } ? new(length, windows, telling.Excess, telling.Variation)
            : new(length, windows, double.NaN, double.NaN);
    }

    private static SideCounts Sum(IEnumerable<PodCounts> pods) => SideCounts.Sum(pods.Select(pod => pod.Counts));

    private static IEnumerable<PodCounts> Count(MetricSpec metric, PastCounters past, DateTimeOffset from, DateTimeOffset to)
    {
        if (metric.Provider is not ProviderSpec.Red red || RedPreset.Find(red.Preset) is not { } preset) return [];
        var all = past.Read(past.Pods.Select(pod => pod.Name), from - CounterReading.Before(TimeSpan.Zero), to);
        return new CounterReading(preset, red.Signal, ComparisonJudge.Bounds(metric))
            .Read(new MetricAnswer.Matrix([], []), all, Evidence.None, from, to).StablePods;
    }

    private sealed class Moments
    {
        private double _excess;
        private double _squares;
        private int _windows;

        /// <summary>How much is known of the ratio.</summary>
        public double Weight { get; private set; }

        public double Excess => _squares / _windows;

        public double Variation => Math.Sqrt(Math.Max(0, _excess / Weight));

        public void Add(double requests, double events, double otherRequests, double otherEvents)
        {
            var (all, both) = (requests + otherRequests, events + otherEvents);
            var mean = both * requests / all;
            var variance = mean * (otherRequests / all) * ((all - both) / Math.Max(1, all - 1));
            if (!(variance > 0)) return;
            var square = (events - mean) * (events - mean) / variance;
            var moved = mean * (otherRequests / all);
            _squares += square;
            _excess += square - 1;
            Weight += moved * moved / variance;
            _windows++;
        }
    }
}
