using System.Linq;
using Canary.JudgeBenchmark.Judges;
using Canary.JudgeBenchmark.Scores;
using NUnit.Framework;

namespace Canary.JudgeBenchmark.Tests;

public sealed class GivenTheSmokeGrid
{
    [Test]
    public void WhenAllJudgesLookAtIt_ThenCanaryKeepsItsPromises()
    {
        var cells = Benchmark.Run(Grids.Smoke(50), BenchmarkOptions.DefaultSeed, 4, JudgeSet.All);

        var findings = Gates.Check(cells);

        Assert.That(findings.Where(finding => !finding.IsPassed).Select(finding => $"{finding.Gate}: {finding.Words}"), Is.Empty);
        Assert.That(findings.Select(finding => finding.Gate),
            Is.SupersetOf(new[] { "false rollbacks, Independent", "false rollbacks, Batch", "false rollbacks, Overdispersed",
                "failed requests, errors x2", "failed requests, errors x10", "failed requests at the same alpha, errors x2",
                "late regressions", "faults of the measuring" }));
    }

    [Test]
    public void WhenAJudgeRollsEverythingBack_ThenTheGatesFailEverywhere()
    {
        var cells = Benchmark.Run(Grids.Smoke(50), BenchmarkOptions.DefaultSeed, 4,
            () => [new Hasty(), .. JudgeSet.All().Where(judge => judge.IsOracle)]);

        Assert.That(Gates.Check(cells).Select(finding => finding.IsPassed), Is.All.False);
    }

    [Test]
    public void WhenTheGridsAreListed_ThenEveryCellIsInThemOnce()
    {
        var standard = Grids.Standard(500);

        Assert.That(standard.Select(plan => plan.Cell.Name), Is.Unique);
        Assert.That(standard, Has.Count.InRange(200, 260));
        Assert.That(Grids.Realistic(500).Select(plan => plan.Cell.Name), Is.Unique);
        Assert.That(Grids.Realistic(500), Has.Count.InRange(110, 150));
        Assert.That(Grids.Full(500).Select(plan => plan.Cell.Name), Is.Unique.And.SupersetOf(standard.Select(plan => plan.Cell.Name))
            .And.SupersetOf(Grids.Realistic(500).Select(plan => plan.Cell.Name)));
        Assert.That(Grids.Full(500), Has.Count.GreaterThan(1200));
        Assert.That(standard.Where(plan => !plan.Cell.HasDurations).Select(plan => plan.Runs)
            .Distinct(), Is.EquivalentTo(new[] { 500, 1000 }));
    }

    [TestCase("--grid", "tiny")]
    [TestCase("--runs", "0")]
    [TestCase("--runs")]
    [TestCase("--what", "1")]
    public void WhenTheCommandLineIsWrong_ThenItIsNotRead(params string[] words) => Assert.That(BenchmarkOptions.Read(words), Is.Null);

    [Test]
    public void WhenTheCommandLineIsRead_ThenItSaysWhatIsRun()
    {
        Assert.That(BenchmarkOptions.Read(["--grid", "smoke", "--runs", "7", "--seed", "3", "--threads", "1", "--out", "there", "--only",
            "idle"]), Is.EqualTo(new BenchmarkOptions(3, 7, "smoke", "there", 1, "idle")));
        Assert.That(BenchmarkOptions.Read([]),
            Is.EqualTo(new BenchmarkOptions(20261121, 500, "standard", null, System.Environment.ProcessorCount, null)));
        Assert.That(BenchmarkOptions.Read(["--only", ", idle"])!.Plans, Has.Count.EqualTo(1));
    }

    private sealed class Hasty : IJudge
    {
        public string Name => "hasty";

        public double? DeclaredRate => 0.01;

        public void Begin(Canary.JudgeBenchmark.Worlds.Cell cell)
        {
            // It does not care.
        }

        public Verdict Look(Canary.JudgeBenchmark.Worlds.World world, int look) => Verdict.RolledBack;
    }
}
