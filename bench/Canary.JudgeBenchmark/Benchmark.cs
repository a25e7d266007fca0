using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.JudgeBenchmark.Judges;
using Canary.JudgeBenchmark.Scores;
using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark;

/// <summary>Lets judges look at worlds. Each run depends on its seed, its cell and its number alone, so that neither the number of threads
/// nor their order changes a result.</summary>
internal static class Benchmark
{
    private const int Chunk = 20;

    /// <summary>All runs of all cells.</summary>
    /// <param name="plans">The cells, each with how many runs it gets.</param>
    /// <param name="seed">Of all random numbers.</param>
    /// <param name="threads">How many at most.</param>
    /// <param name="judges">Makes judges; each part of the work has its own.</param>
    /// <param name="progress">Told the share that is done, now and then.</param>
    public static IReadOnlyList<CellScore> Run(IReadOnlyList<CellPlan> plans, ulong seed, int threads, Func<IReadOnlyList<IJudge>> judges,
        Action<double>? progress = null)
    {
        var scored = judges();
        var outcomes = plans.Select(plan => scored.Select(_ => new RunOutcome[plan.Runs]).ToArray()).ToArray();
        var parts = plans.SelectMany((plan, cell) => Enumerable.Range(0, (plan.Runs + Chunk - 1) / Chunk)
            .Select(part => (cell, From: part * Chunk, To: Math.Min(plan.Runs, (part + 1) * Chunk)))).ToArray();
        var done = 0;
        Parallel.ForEach(
            // One by one: the parts differ much in how long they take.
            Partitioner.Create(parts, EnumerablePartitionerOptions.NoBuffering),
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            part =>
            {
                RunPart(plans[part.cell].Cell, seed, part.From, part.To, judges(), outcomes[part.cell]);
                progress?.Invoke(Interlocked.Increment(ref done) / (double)parts.Length);
            });
        return [.. plans.Select((plan, cell) => new CellScore(plan.Cell,
            [.. scored.Select((judge, number) =>
                new JudgeScore(judge.Name, judge.DeclaredRate, judge.IsOracle, outcomes[cell][number]) { IsRival = judge.IsRival })]))];
    }

    private static void RunPart(Cell cell, ulong seed, int from, int to, IReadOnlyList<IJudge> judges, RunOutcome[][] outcomes)
    {
        var maker = new WorldMaker(cell, seed);
        for (var run = from; run < to; run++)
        {
            var world = maker.Make(run);
            for (var number = 0; number < judges.Count; number++) outcomes[number][run] = Judge(judges[number], world);
        }
    }

    private static RunOutcome Judge(IJudge judge, World world)
    {
        judge.Begin(world.Cell);
        for (var look = world.Cell.WarmUp + 1; look <= Clock.Looks; look++)
        {
            var verdict = judge.Look(world, look);
            if (verdict == Verdict.Continue) continue;
            var (requests, failed, excess) = world.CanaryUntil(look);
            return new RunOutcome(verdict, look, requests, failed, excess, judge.EnoughAt, judge.EvidenceAt,
                judge.EnoughAt is { } enough ? world.CanaryUntil(enough).Requests : null);
        }

        throw new InvalidOperationException($"{judge.Name} did not end at the last look");
    }
}
