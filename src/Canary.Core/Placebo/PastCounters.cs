using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Red;
using Canary.Core.Units;

namespace Canary.Core.Placebo;

/// <summary>The raw counters of one service over the past, pod by pod: what Prometheus would have answered for any group of its pods, at
/// any time of it.</summary>
public sealed class PastCounters
{
    private readonly Dictionary<string, List<PastSeries>> _series;

    private PastCounters(Dictionary<string, List<PastSeries>> series)
    {
        _series = series;
        Pods =
        [
            .. series.Select(pod => new PastPod(pod.Key, pod.Value.Min(one => one.Points[0].At), pod.Value.Max(one => one.Points[^1].At)))
                .OrderBy(pod => pod.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>The pods, or the addresses that were scraped where the series carry no pod, in the order of their names.</summary>
    public EquatableArray<PastPod> Pods { get; }

    /// <summary>The past from answers for parts of it. A sample that is in two of them counts once.</summary>
    /// <param name="answers">In any order.</param>
    public static PastCounters Join(IEnumerable<MetricAnswer.Matrix> answers)
    {
        var points = new Dictionary<EquatableArray<Label>, List<Point>>();
        foreach (var series in answers.SelectMany(answer => answer.Series))
        {
            if (!points.TryGetValue(series.Labels, out var known)) points[series.Labels] = known = [];
            known.AddRange(series.Points);
        }

        var pods = new Dictionary<string, List<PastSeries>>(StringComparer.Ordinal);
        foreach (var (labels, known) in points.Where(one => one.Value.Count > 0))
        {
            var pod = PodCounters.Pod(labels);
            if (!pods.TryGetValue(pod, out var list)) pods[pod] = list = [];
            list.Add(new PastSeries(labels, [.. known.OrderBy(point => point.At).DistinctBy(point => point.At)]));
        }

        return new PastCounters(pods);
    }

    /// <summary>The past of what a metric compares: native histograms are cut at the same boundaries over all of it.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="answers">In any order.</param>
    public static PastCounters Join(MetricSpec metric, IReadOnlyCollection<MetricAnswer.Matrix> answers)
    {
        if (metric.Provider is not ProviderSpec.Red red || RedPreset.Find(red.Preset) is not { } preset) return Join(answers);
        var native = answers.SelectMany(answer => answer.Series).Where(series => series.Histograms.Count > 0)
            .GroupBy(series => series.Labels).Select(same => new Series(same.Key, [])
            {
                Histograms = [.. same.SelectMany(series => series.Histograms).OrderBy(point => point.At).DistinctBy(point => point.At)],
            });
        var counted = NativeCounters.Convert(preset, red.Signal, ComparisonJudge.Bounds(metric),
            new MetricAnswer.Matrix([.. native], []), new MetricAnswer.Matrix([], []), []).Canary;
        return Join([.. answers, counted]);
    }

    /// <summary>The samples of a group of pods in a time, as an instant query of a range selector answers: open to the left.</summary>
    /// <param name="pods">Names of the pods.</param>
    /// <param name="after">The time that the samples are after.</param>
    /// <param name="to">The time of the last sample, at most.</param>
    public MetricAnswer.Matrix Read(IEnumerable<string> pods, DateTimeOffset after, DateTimeOffset to)
    {
        var answer = new List<Series>();
        foreach (var pod in pods)
        {
            foreach (var series in _series.GetValueOrDefault(pod) ?? [])
            {
                var (first, end) = (series.After(after), series.After(to));
                if (first < end)
                    answer.Add(new Series(series.Labels, EquatableArrays.Create<Point>(series.Points.AsSpan(first, end - first))));
            }
        }

        return new MetricAnswer.Matrix(answer.ToEquatableArray(), []);
    }

    private sealed record PastSeries(EquatableArray<Label> Labels, Point[] Points)
    {
        // Index of the first sample after a time; the count where there is none.
        public int After(DateTimeOffset at)
        {
            var (low, high) = (0, Points.Length);
            while (low < high)
            {
                var middle = (low + high) >>> 1;
                if (Points[middle].At > at) high = middle;
                else low = middle + 1;
            }

            return low;
        }
    }
}

/// <summary>A pod of the past.</summary>
/// <param name="Name">Its name.</param>
/// <param name="FirstAt">When it was scraped first.</param>
/// <param name="LastAt">When it was scraped last.</param>
public sealed record PastPod(string Name, DateTimeOffset FirstAt, DateTimeOffset LastAt)
{
    /// <summary>It was there at a time.</summary>
    public bool IsThere(DateTimeOffset at) => FirstAt <= at && LastAt > at;
}
