using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Statistics;
using Canary.JudgeBenchmark.Chance;
using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Objectives;

/// <summary>What the judge makes of canaries that keep an objective, or miss it. It reads raw counters of one pod, as in production; the
/// requests are Poisson, and each fails by itself at the rate of its window.</summary>
internal static class ObjectiveTable
{
    private const int Chunk = 20;
    private const int Seconds = 30;

    private static readonly MetricSpec Metric = new("slo", TimeSpan.FromSeconds(Seconds), null, TimeSpan.Zero, TimeSpan.Zero, null, null, 0,
        int.MaxValue, 4, new ProviderSpec.Red("istio-workload", RedSignal.Errors, 0.99, TimeSpan.FromMinutes(1),
            [new("ns", "shop"), new("workload", "canary")],
            new ProviderSpec.Prometheus(null, "", null, TimeSpan.FromSeconds(30), null, [], false, null)))
    {
        Comparison = new Comparison(ComparisonKind.Sequential, [])
        {
            Objective = new(1 - ObjectiveCell.Allowed, Core.Analysis.Objectives.Objective.DefaultBurnRate),
            Lag = TimeSpan.Zero,
        },
    };

    /// <summary>A table of all cells.</summary>
    public static string Write(IEnumerable<ObjectiveCell> cells, int runs, ulong seed, int threads)
    {
        var text = new StringBuilder("| requests per second | the canary | rolled back | after, median | requests until then, median |\n"
            + "|---|---|---|---|---|\n");
        foreach (var cell in cells)
        {
            var found = Run(cell, runs, seed, threads);
            ObjectiveEnd[] ends = [.. found.OfType<ObjectiveEnd>().OrderBy(end => end.Windows)];
            var range = ClopperPearsonInterval.Of(ends.Length, runs);
            text.Append(CultureInfo.InvariantCulture, $"| {cell.RequestsPerSecond:N0} | {cell.Name}, {cell.Minutes} min | "
                + $"{100.0 * ends.Length / runs:0.#} % ({100 * range.Low:0.#} to {100 * range.High:0.#}) | ");
            // A median over those that were found says nothing where most were not.
            text.Append(cell.IsHealthy || 2 * ends.Length < runs ? "| |\n" : string.Create(CultureInfo.InvariantCulture,
                $"{(ends[runs / 2 < ends.Length ? runs / 2 : ^1].Windows - cell.BadFrom) * Seconds / 60.0:0.#} min | "
                    + $"{ends.Select(end => end.Requests).Order().ElementAt(Math.Min(runs / 2, ends.Length - 1)):N0} |\n"));
        }

        return text.ToString();
    }

    /// <summary>When each canary is rolled back; null: it is not.</summary>
    public static IReadOnlyList<ObjectiveEnd?> Run(ObjectiveCell cell, int runs, ulong seed, int threads) =>
    [
        .. Enumerable.Range(0, runs).Chunk(Chunk).AsParallel().AsOrdered().WithDegreeOfParallelism(threads).SelectMany(part =>
            part.Select(run => Judge(cell,
                new RandomStream(RandomStream.Mix(RandomStream.Mix(RandomStream.Mix(seed, cell.Name), (ulong)cell.RequestsPerSecond),
                    (ulong)run)))).ToArray()),
    ];

    private static ObjectiveEnd? Judge(ObjectiveCell cell, RandomStream random)
    {
        var spec = new RunSpec([Metric]);
        var status = AnalysisMachine.Start(spec, RunStatus.New, Clock.Start);
        var (good, bad, since) = (0.0, 0.0, 0.0);
        for (var window = 0; window < cell.Minutes * 60 / Seconds; window++)
        {
            var requests = random.Poisson(cell.RequestsPerSecond * Seconds);
            var failed = random.Binomial(requests, cell.Rate(window, random.Uniform()));
            var (from, to) = (Clock.Start.AddSeconds(window * Seconds), Clock.Start.AddSeconds((window + 1) * Seconds));
            var answer = new MetricAnswer.Matrix(
                [Counter("200", from, to, good, good + requests - failed), Counter("503", from, to, bad, bad + failed)], []);
            (good, bad) = (good + requests - failed, bad + failed);
            if (window >= cell.BadFrom) since += requests;
            status = AnalysisMachine.Advance(spec, status, [new FinishedMeasurement(Metric.Name, to, to, answer)], to);
            if (status.Phase == RunPhase.Failed) return new ObjectiveEnd(window + 1, since);
        }

        return null;
    }

    private static Series Counter(string code, DateTimeOffset from, DateTimeOffset to, double before, double after) =>
        new([new("pod", "canary-1"), new("response_code", code)],
            [new Point(from, before), new Point(from.AddSeconds(Seconds / 2.0), before), new Point(to, after)]);
}

/// <summary>When a canary was rolled back.</summary>
/// <param name="Windows">After so many windows.</param>
/// <param name="Requests">Requests to it since it was bad.</param>
internal sealed record ObjectiveEnd(int Windows, double Requests);
