using System.Linq;
using Canary.Core.Analysis;
using Canary.JudgeBenchmark.Judges;
using Canary.JudgeBenchmark.Placebo;
using Canary.JudgeBenchmark.Reading;
using Canary.JudgeBenchmark.Worlds;
using NUnit.Framework;

namespace Canary.JudgeBenchmark.Tests.Placebo;

/// <summary>Worlds that are looked at by a rollout, and by stable against itself.</summary>
public sealed class GivenWorldsOfStableAgainstItself
{
    private const ulong Seed = 20261121;

    [Test]
    public void WhenARolloutIsReplayed_ThenItEndsAsTheBenchmarksOwn()
    {
        var cell = PlaceboTable.Cells.Single(one => one is { Rate: 100, Noise: Noise.WanderLong });
        var plan = new CellPlan(cell, 40);

        var replayed = PlaceboTable.Run(cell, plan.Runs, Seed, threads: 2).Select(one => one.Rollout == RunPhase.Failed);

        var judged = Benchmark.Run([plan], Seed, 2, () => [new ProductionJudge(new SimulatedPrometheus())])[0].Judges[0].Outcomes;
        Assert.That(replayed, Is.EqualTo(judged.Select(outcome => outcome.Verdict == Verdict.RolledBack)));
    }

    [Test]
    public void WhenAWholeSideWanders_ThenStableAgainstItselfDoesNotSeeIt()
    {
        var cell = PlaceboTable.Cells.Single(one => one is { Rate: 1000, Noise: Noise.WanderLong });

        var outcomes = PlaceboTable.Run(cell, 60, Seed, threads: 2);

        Assert.That(outcomes.Count(one => one.Rollout == RunPhase.Failed), Is.GreaterThan(6));
        Assert.That(outcomes.Count(one => one.Tolerant == RunPhase.Failed), Is.LessThanOrEqualTo(3));
        Assert.That(outcomes.Count(one => one.Placebo == RunPhase.Failed), Is.LessThanOrEqualTo(2));
    }

    [Test]
    public void WhenItIsWritten_ThenEachWorldHasARowWithItsRanges() => Assert.That(
        PlaceboTable.Write([PlaceboTable.Cells.First()], 3, Seed, threads: 1).Split('\n')[2],
        Is.EqualTo("| 100 rps, 1 %, 10 %, no change | 0 % (0 to 70.8) | 0 % (0 to 70.8) | 0 % (0 to 70.8) | 0 % (0 to 70.8) | 0 % (0 "
            + "to 70.8) |"));
}
