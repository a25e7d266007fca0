using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Io;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Queries;
using Canary.Core.Analysis.Red;
using Canary.Core.Placebo;
using Canary.Core.Planning;
using Canary.Core.Units;
using Canary.Providers.Metrics;

namespace Canary.Cli.Backtesting.Placebo;

/// <summary>Reads the raw counters of stable over the past, part by part, from its end back. An answer has a limit: how long a part may be
/// depends on what the one before it brought.</summary>
internal sealed class PastReader(PrometheusClient client, DateTimeOffset from, DateTimeOffset to)
{
    // A sample takes about 27 bytes of an answer, of which 8 MiB are read.
    private const int SamplesOfAPart = 60_000;

    // A native histogram is about as long as so many samples.
    private const int SamplesOfAHistogram = 50;

    /// <summary>Samples that are kept, at most: each takes 24 bytes.</summary>
    public const int MostSamples = 15_000_000;

    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(2);

    /// <summary>The past of a metric, counted at stable's own pods where that can be had; or why there is none, with the exit code that
    /// says it.</summary>
    public async Task<(PlaceboTest Test, PastCounters? Past, string Problem, ExitCode Code)> ReadAsync(PlaceboTest test,
        CancellationToken cancel)
    {
        foreach (var one in new[] { test.ByOwnProxies(), test }.OfType<PlaceboTest>())
        {
            var (past, problem) = await ReadAsync(one.Metric, cancel);
            if (past is null) return (test, null, problem, ExitCode.Unreachable);
            if (past.Pods.Count > 0) return (one, past, "", ExitCode.Done);
        }

        return (test, null, await DescribeMissingAsync(test.Metric, cancel), ExitCode.NoAnswers);
    }

    private async Task<(PastCounters? Past, string Problem)> ReadAsync(MetricSpec metric, CancellationToken cancel)
    {
        var (parts, samples, length) = (new List<MetricAnswer.Matrix>(), 0L, Shortest);
        for (var end = to; end > from;)
        {
            var answer = await client.AskAsync(Part(metric, end, length), cancel);
            if (answer is not MetricAnswer.Matrix matrix)
            {
                // Half as long is an answer of half the size.
                if (length > Shortest) length = Whole(length / 2);
                else return (null, answer is MetricAnswer.Faulted faulted ? faulted.Reason : "the answer holds no series of samples");
                continue;
            }

            parts.Add(matrix);
            var seen = matrix.Series.Sum(series => series.Points.Count + (SamplesOfAHistogram * (long)series.Histograms.Count));
            samples += seen;
            if (samples > MostSamples)
                return (null, $"the past of stable has more than {NumberText.Format(MostSamples)} samples since "
                    + $"{end - length:yyyy-MM-dd HH:mm}Z: give a later --from, or one --metric");
            end -= length;
            length = Whole(length * Math.Min(4, SamplesOfAPart / (double)Math.Max(1, seen)));
        }

        return (PastCounters.Join(metric, parts), "");
    }

    private static MetricQuery Part(MetricSpec metric, DateTimeOffset end, TimeSpan length)
    {
        var comparison = metric.Comparison!;
        // Reading begins before the window that is asked for: that beginning is a part of this one.
        var since = end - length + PlaceboTest.ReadBefore(metric);
        return MetricQueries.BaselineOf(metric, "", end + comparison.Lag, since)
            ?? throw new InvalidOperationException($"metric {metric.Name} names a preset that is not known");
    }

    private static TimeSpan Whole(TimeSpan length)
    {
        var grain = TimeSpan.FromSeconds(30);
        var whole = grain * Math.Floor(length / grain);
        return whole < Shortest ? Shortest : whole > Longest ? Longest : whole;
    }

    private async Task<string> DescribeMissingAsync(MetricSpec metric, CancellationToken cancel)
    {
        var volume = BaselineQueries.Volume(metric, to - from, to);
        if (volume.Probe is { } probe
            && await client.AskAsync(volume with { Query = probe }, cancel) is MetricAnswer.Vector { Samples.Count: > 0 })
            return volume.ProbeFinding;
        var red = (ProviderSpec.Red)metric.Provider;
        var subject = string.Join(", ",
            metric.Comparison!.StableSubject.Where(one => RedPreset.Find(red.Preset)!.Placeholders.Contains(one.Name))
            .Select(one => $"{one.Name} {one.Value}"));
        return $"Prometheus has no series of preset {red.Preset} for stable ({subject}) from {from:yyyy-MM-dd HH:mm}Z to "
            + $"{to:yyyy-MM-dd HH:mm}Z: nobody called it, it is not scraped, its samples are not kept for so long, or another preset fits. "
            + $"The query: {volume.Query}";
    }
}
