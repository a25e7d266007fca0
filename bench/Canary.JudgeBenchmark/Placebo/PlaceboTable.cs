using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Placebo;
using Canary.Core.Statistics;
using Canary.Core.Units;
using Canary.JudgeBenchmark.Judges;
using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Placebo;

/// <summary>What a rollout of a healthy version sees in a world, beside what a backtest of stable against itself sees in the same world:
/// the noise that a whole side has in common is in the first alone.</summary>
internal static class PlaceboTable
{
    private const int Chunk = 20;

    private static readonly TimeSpan Hour = TimeSpan.FromMilliseconds(Clock.Length);

    // A hundred requests a second, and a thousand.
    private static readonly Cell[] Services = [new(100, 0.01, Schedule.Constant(10)), new(1000, 0.01, Schedule.Constant(10))];

    private static readonly Noise[] Noises =
        [Noise.Independent, Noise.Stalls, Noise.PodsDifferMild, Noise.PodsDifferStrong, Noise.WanderShort, Noise.WanderLong];

    /// <summary>The worlds.</summary>
    public static IEnumerable<Cell> Cells =>
        from noise in Noises
        from service in Services
        select service with { Noise = noise };

    /// <summary>A table of all worlds.</summary>
    /// <param name="cells">The worlds.</param>
    /// <param name="runs">Hours of each.</param>
    /// <param name="seed">Of all random numbers.</param>
    /// <param name="threads">How many at most.</param>
    public static string Write(IEnumerable<Cell> cells, int runs, ulong seed, int threads)
    {
        var text = new StringBuilder("| world | a rollout: rolled back | waits at its end | with `tolerate: 2`: rolled back "
            + "| stable against itself: rolled back | waits at its end |\n|---|---|---|---|---|---|\n");
        foreach (var cell in cells)
        {
            var outcomes = Run(cell, runs, seed, threads);
            text.Append(CultureInfo.InvariantCulture, $"| {cell.Name} | {Share(outcomes, one => one.Rollout, RunPhase.Failed)} | "
                + $"{Share(outcomes, one => one.Rollout, RunPhase.Inconclusive)} | "
                + $"{Share(outcomes, one => one.Tolerant, RunPhase.Failed)} | "
                + $"{Share(outcomes, one => one.Placebo, RunPhase.Failed)} | "
                + $"{Share(outcomes, one => one.Placebo, RunPhase.Inconclusive)} |\n");
        }

        return text.ToString();
    }

    /// <summary>How a rollout ends in each hour of a world, and how one pod of stable against its others.</summary>
    public static IReadOnlyList<PlaceboHour> Run(Cell cell, int runs, ulong seed, int threads) =>
    [
        .. Enumerable.Range(0, runs).Chunk(Chunk).AsParallel().AsOrdered().WithDegreeOfParallelism(threads).SelectMany(part =>
        {
            var maker = new WorldMaker(cell, seed);
            return part.Select(run => Judge(maker.Make(run), run)).ToArray();
        }),
    ];

    private static PlaceboHour Judge(World world, int run)
    {
        var past = PastCounters.Join([new MetricAnswer.Matrix([.. world.Shape.Labels.Select((labels, number) =>
            new Series(labels, Points(world.Series[number])))], [])]);
        var test = new PlaceboTest(ProductionReading.Spec(world.Cell).Metrics[0], TimeSpan.Zero, Hour, [new(TimeSpan.Zero, 1)]);
        var (canary, stable) = (Names(past, SeriesShape.CanaryWorkload), Names(past, SeriesShape.StableWorkload));
        var picked = stable[run % stable.Length];
        return new PlaceboHour(Phase(test, [.. canary], [.. stable]), Phase(test.Tolerating(2), [.. canary], [.. stable]),
            Phase(test, [picked], [.. stable.Where(pod => pod != picked)]));

        RunPhase Phase(PlaceboTest how, EquatableArray<string> one, EquatableArray<string> others) =>
            PlaceboReplay.Run(how, past, new PlaceboRollout(Clock.Start, 0, one, others)).Phase;
    }

    private static string[] Names(PastCounters past, string workload) =>
        [.. past.Pods.Select(pod => pod.Name).Where(name => name.StartsWith(workload, StringComparison.Ordinal))];

    private static EquatableArray<Point> Points(SeriesSamples samples)
    {
        var points = new Point[samples.Count];
        for (var index = 0; index < points.Length; index++)
            points[index] = new Point(Clock.Start.AddMilliseconds(samples.At[index]), samples.Values[index]);
        return EquatableArrays.Create<Point>(points);
    }

    private static string Share(IReadOnlyList<PlaceboHour> outcomes, Func<PlaceboHour, RunPhase> which, RunPhase phase)
    {
        var count = outcomes.Count(one => which(one) == phase);
        var range = ClopperPearsonInterval.Of(count, outcomes.Count);
        return string.Create(CultureInfo.InvariantCulture,
            $"{100.0 * count / outcomes.Count:0.#} % ({100 * range.Low:0.#} to {100 * range.High:0.#})");
    }
}

/// <summary>How an hour of a world ended.</summary>
/// <param name="Rollout">For a healthy canary.</param>
/// <param name="Tolerant">For the same, where twice stable's errors are tolerated.</param>
/// <param name="Placebo">For one pod of stable against its others.</param>
internal sealed record PlaceboHour(RunPhase Rollout, RunPhase Tolerant, RunPhase Placebo);
