using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Io;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Red;
using Canary.Core.Placebo;
using Canary.Core.Units;
using Canary.Providers.Metrics;

namespace Canary.Cli.Backtesting.Placebo;

/// <summary>Reads the past of stable, makes rollouts up of its pods, and lets the judge look at them.</summary>
internal sealed class PlaceboRun(PrometheusClient client, PlaceboQuestion question)
{
    private const double MostTolerated = 5;

    private static readonly double[] Tolerances = [1.1, 1.25, 1.5, 2, 3, MostTolerated];

    private static readonly int[] NoiseMinutes = [5, 15, 60];

    /// <summary>The result, or why there is none with the exit code that says it.</summary>
    /// <param name="title">The Rollout.</param>
    /// <param name="tests">Its sequential metrics.</param>
    /// <param name="length">Length of its steps.</param>
    /// <param name="workload">Stable's workload; null: not known.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<(PlaceboResult? Result, string Problem, ExitCode Code)> RunAsync(string title, IReadOnlyList<PlaceboTest> tests,
        TimeSpan length, string? workload, CancellationToken cancel)
    {
        var read = new List<(PlaceboTest Test, PastCounters Past)>();
        var before = tests.Max(test => PlaceboTest.ReadBefore(test.Metric));
        var reader = new PastReader(client, question.From - before, question.To);
        foreach (var test in tests)
        {
            var (counted, past, problem, code) = await reader.ReadAsync(test, cancel);
            if (past is null) return (null, $"metric {test.Metric.Name}: {problem}", code);
            read.Add((counted, past));
        }

        PastPod[] pods =
        [
            .. read.SelectMany(one => one.Past.Pods).GroupBy(pod => pod.Name, StringComparer.Ordinal)
                .Select(pod => new PastPod(pod.Key, pod.Min(one => one.FirstAt), pod.Max(one => one.LastAt)))
                .OrderBy(pod => pod.Name, StringComparer.Ordinal),
        ];
        if (FindStrange(read) is { } strange) return (null, strange, ExitCode.Usage);
        var dataFrom = pods.Min(pod => pod.FirstAt);
        var first = question.From > dataFrom + before ? question.From : dataFrom + before;
        if (first + length > question.To)
            return (null, $"the past holds no whole rollout of {GoDuration.Format(length)}: stable's samples begin at {dataFrom:u}. Give a "
                + "shorter --length, or come back later", ExitCode.Inconclusive);
        var draw = PlaceboDraw.Draw(pods, first, question.To, length, question.Replays, Group(read), question.Seed);
        if (draw.Rollouts.Count == 0) return (null, DescribeNoGroups(pods, draw, workload), ExitCode.Inconclusive);

        var replays = Replay(read, draw, cancel);
        if (replays.SelectMany(one => one.Verdicts).All(one => one.Message == PlaceboReplay.NothingSeen))
            return (null, $"no traffic: the judge saw no request to stable's pods in any of {replays.Count} "
                + "rollouts", ExitCode.Inconclusive);
        PlaceboMetric[] metrics =
        [
            .. read.Select((one, index) =>
            {
                var rolledBack = replays.Count(replay => replay.Verdicts[index].Phase == RunPhase.Failed);
                return new PlaceboMetric(one.Test, rolledBack, Noise(one.Test, one.Past, first),
                    Advise(one.Test, one.Past, draw, rolledBack, cancel),
                    RangeCoverage.Count([.. replays.Select(replay => replay.Verdicts[index].Ranges)], draw.Apart));
            }),
        ];
        return (new PlaceboResult(title, question, dataFrom, length, draw, metrics, replays, Notes(read, dataFrom, workload)), "",
            ExitCode.Done);
    }

    // The canary is the smaller group.
    private Func<int, int> Group(List<(PlaceboTest Test, PastCounters Past)> read)
    {
        if (question.Pods is { } given) return pods => 2 * given <= pods ? given : 0;
        var share = read.Max(one => one.Test.Most);
        return pods => Math.Clamp((int)Math.Round(share * pods), Math.Min(1, pods / 2), pods / 2);
    }

    private static List<PlaceboReplayed> Replay(List<(PlaceboTest Test, PastCounters Past)> read, PlaceboDraw draw,
        CancellationToken cancel) =>
    [
        .. draw.Rollouts.AsParallel().AsOrdered().WithCancellation(cancel).Select(rollout =>
            new PlaceboReplayed(rollout, [.. read.Select(one => PlaceboReplay.Run(one.Test, one.Past, rollout))])),
    ];

    private List<SideNoise> Noise(PlaceboTest test, PastCounters past, DateTimeOffset first)
    {
        var share = test.Most;
        Func<int, int> group = question.Pods is { } given ? pods => Math.Min(given, pods / 2)
            : pods => Math.Clamp((int)Math.Round(share * pods), Math.Min(1, pods / 2), pods / 2);
        return
        [
            .. NoiseMinutes.Select(minutes => SideNoise.Measure(test.Metric, past, first, question.To, TimeSpan.FromMinutes(minutes), group,
                question.Seed)).Where(noise => noise.Windows > 0),
        ];
    }

    // The same rollouts again, with more and more tolerated.
    private static PlaceboAdvice? Advise(PlaceboTest test, PastCounters past, PlaceboDraw draw, int rolledBack, CancellationToken cancel)
    {
        var allowed = test.Metric.Comparison!.Alpha * draw.Rollouts.Count;
        if (rolledBack <= allowed) return null;
        var last = new PlaceboAdvice(test.Metric.Comparison.Tolerate, rolledBack, false);
        foreach (var tolerance in Tolerances.Where(one => one > test.Metric.Comparison.Tolerate))
        {
            var tolerating = test.Tolerating(tolerance);
            var still = draw.Rollouts.AsParallel().WithCancellation(cancel)
                .Count(rollout => PlaceboReplay.Run(tolerating, past, rollout).Phase == RunPhase.Failed);
            last = new PlaceboAdvice(tolerance, still, still <= allowed);
            if (last.IsEnough) return last;
        }

        return last;
    }

    // One rollout has one split of pods: metrics that count at other pods cannot be in it.
    private static string? FindStrange(List<(PlaceboTest Test, PastCounters Past)> read)
    {
        var first = read[0].Past.Pods.Select(pod => pod.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (test, past) in read.Skip(1))
        {
            if (2 * past.Pods.Count(pod => first.Contains(pod.Name)) >= past.Pods.Count) continue;
            return $"metrics {read[0].Test.Metric.Name} and {test.Metric.Name} count at different pods ({read[0].Past.Pods[0].Name} and "
                + $"{past.Pods[0].Name}, among others), which cannot be split together: choose one with --metric";
        }

        return null;
    }

    private string DescribeNoGroups(PastPod[] pods, PlaceboDraw draw, string? workload)
    {
        if (pods.Length == 1 && workload is not null && !pods[0].Name.StartsWith($"{workload}-", StringComparison.Ordinal))
            return $"all requests are counted at one place ({pods[0].Name}), which is no pod of {workload}, and cannot be split into two "
                + "groups. Compare by a preset that counts at stable's own pods, such as app-http, app-otel or the inbound one of the mesh";
        if (pods.Length == 1)
            return $"stable had one pod ({pods[0].Name}), and one pod cannot be split into two groups. Give stable three pods or more, and "
                + "come back when they have served for some hours";
        if (question.Pods is { } given && draw.OnePod > 0)
            return $"--pods: found {given}, and stable never had {2 * given} pods at a time: the canary is the smaller group";
        return draw.Replaced > draw.OnePod
            ? "in each of the rollouts most pods of a group were replaced before its end. Give a shorter --length"
            : "stable never had two pods at a time when a rollout began, and one pod cannot be split into two groups. Give stable "
                + "three pods "
                + "or more, and come back when they have served for some hours";
    }

    private List<string> Notes(List<(PlaceboTest Test, PastCounters Past)> read, DateTimeOffset dataFrom, string? workload)
    {
        var notes = new List<string>();
        if (dataFrom > question.From + TimeSpan.FromMinutes(1)) notes.Add($"there are no samples before {dataFrom:u}");
        foreach (var (test, past) in read)
        {
            var red = (ProviderSpec.Red)test.Metric.Provider;
            if (RedPreset.Find(red.Preset) is { } preset && workload is not null && past.Pods.Count > 0
                && 2 * past.Pods.Count(pod => pod.Name.StartsWith($"{workload}-", StringComparison.Ordinal)) < past.Pods.Count)
                notes.Add($"{test.Metric.Name}: preset {preset.Key} counts at other pods ({past.Pods[0].Name}, among others) than those of "
                    + $"{workload}: the groups are of callers or gateways, and what differs between stable's own pods is not seen");
        }

        return notes;
    }
}
