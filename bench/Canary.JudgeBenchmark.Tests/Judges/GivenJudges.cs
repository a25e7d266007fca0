using System.Collections.Generic;
using System.Linq;
using Canary.JudgeBenchmark.Judges;
using Canary.JudgeBenchmark.Reading;
using Canary.JudgeBenchmark.Worlds;
using NUnit.Framework;

namespace Canary.JudgeBenchmark.Tests.Judges;

public sealed class GivenJudges
{
    private static readonly Cell Plain = new(100, 0.001, Schedule.Constant(10));

    [Test]
    public void WhenEverythingFails_ThenCanarySeesItWithinThreeLooks() =>
        Assert.That(Run(new ProductionJudge(new SimulatedPrometheus()), Plain with { Effect = new WorldEffect(AddedErrors: 1) }, 5),
            Is.All.Matches<(Verdict Verdict, int Look)>(one => one.Verdict == Verdict.RolledBack && one.Look <= 3));

    [TestCase(WorldFault.None, Verdict.Promoted)]
    [TestCase(WorldFault.Outage, Verdict.Promoted)]
    [TestCase(WorldFault.Resets, Verdict.Promoted)]
    [TestCase(WorldFault.MissedScrapes, Verdict.Promoted)]
    [TestCase(WorldFault.NoCanaryTraffic, Verdict.Inconclusive)]
    [TestCase(WorldFault.Idle, Verdict.Inconclusive)]
    public void WhenACanaryIsHealthy_ThenCanaryPromotesWhatItSaw(int fault, int verdict) =>
        Assert.That(Run(new ProductionJudge(new SimulatedPrometheus()), Plain with { Fault = (WorldFault)fault }, 5),
            Is.All.EqualTo(((Verdict)verdict, Clock.Looks)));

    [Test]
    public void WhenRequestsAreHalfAsLongAgain_ThenCanarySeesThat() =>
        Assert.That(Run(new ProductionJudge(new SimulatedPrometheus()),
            Plain with { Effect = new WorldEffect(Slowness: 1.5), HasDurations = true }, 3)
            .Select(one => one.Verdict), Is.All.EqualTo(Verdict.RolledBack));

    [Test]
    public void WhenNothingIsThere_ThenArgoAbortsAndFlaggerRollsBackAndKayentaFails()
    {
        var nothing = Plain with { Fault = WorldFault.NoCanaryTraffic };
        var minute = new MinuteReading();

        Assert.That(Run(ArgoJudge.Strict(), nothing, 1), Is.EqualTo(new[] { (Verdict.RolledBack, 4) }),
            "errors at 60 s and each 10 s after: the fifth before 120 s");
        Assert.That(Run(new FlaggerJudge(minute), nothing, 1), Is.EqualTo(new[] { (Verdict.RolledBack, 10) }), "the fifth minute");
        Assert.That(Run(KayentaJudge.Repeated(new KayentaClassification(minute)), nothing, 1),
            Is.EqualTo(new[] { (Verdict.RolledBack, 20) }), "ten minutes");
    }

    [Test]
    public void WhenALimitIsPassed_ThenArgoToleratesItsFailures()
    {
        var bad = Plain with { Errors = 0.2 };

        Assert.That(Run(ArgoJudge.Strict(), bad, 1), Is.EqualTo(new[] { (Verdict.RolledBack, 2) }), "the first minute");
        Assert.That(Run(ArgoJudge.Loose(), bad, 1), Is.EqualTo(new[] { (Verdict.RolledBack, 40) }), "the fourth of five minutes");
        Assert.That(Run(ArgoJudge.Relative(new MinuteReading()), bad, 1), Is.EqualTo(new[] { (Verdict.Promoted, Clock.Looks) }),
            "stable is as bad");
    }

    [Test]
    public void WhenTestsAreLookedAtOften_ThenTheyAreWrongMoreOftenThanTheySay()
    {
        var cell = Plain with { Errors = 0.01 };

        Assert.That(Run(new ZTestJudge(), cell, 60)
            .Count(one => one.Verdict == Verdict.RolledBack), Is.InRange(8, 30), "about 28 percent of 60 at 60 looks; 120 here");
        Assert.That(Run(GroupSequentialJudge.Usual(), cell, 60).Count(one => one.Verdict == Verdict.RolledBack), Is.LessThan(10));
        Assert.That(Run(GroupSequentialJudge.Usual(), cell with { Effect = new WorldEffect(2) }, 10)
            .Select(one => one.Verdict), Is.All.EqualTo(Verdict.RolledBack));
    }

    [Test]
    public void WhenTheGroupSequentialTestIsAllowedLess_ThenItIsWrongLessOftenAndSlower()
    {
        var cell = Plain with { Errors = 0.01 };
        var bad = cell with { Effect = new WorldEffect(1.5) };

        Assert.That(Run(GroupSequentialJudge.Strict(), cell, 200).Count(one => one.Verdict == Verdict.RolledBack), Is.LessThan(8));
        Assert.That(Run(GroupSequentialJudge.Strict(), bad, 20).Average(one => one.Look),
            Is.GreaterThan(Run(GroupSequentialJudge.Usual(), bad, 20).Average(one => one.Look)));
    }

    [Test]
    public void WhenTheOddsAreBare_ThenTheyAreFastAndBurstsFoolThem()
    {
        var bare = new BareOddsJudge(new SimulatedPrometheus());
        var bad = Plain with { Errors = 0.01, Effect = new WorldEffect(2) };

        Assert.That(Run(bare, Plain with { Errors = 0.01 }, 60).Count(one => one.Verdict == Verdict.RolledBack), Is.LessThan(4));
        Assert.That(Run(bare, bad, 10).Average(one => one.Look),
            Is.LessThan(Run(new ProductionJudge(new SimulatedPrometheus()), bad, 10).Average(one => one.Look)));
        Assert.That(Run(bare, Plain with { Noise = Noise.RetryStorms, Errors = 0.01 }, 60).Count(one => one.Verdict == Verdict.RolledBack),
            Is.GreaterThan(20));
        Assert.That(Run(bare, Plain with { Fault = WorldFault.Outage }, 5).Select(one => one.Verdict), Is.All.EqualTo(Verdict.Promoted));
        Assert.That(Run(bare, Plain with { Effect = new WorldEffect(Slowness: 1.5), HasDurations = true }, 3).Select(one => one.Verdict),
            Is.All.EqualTo(Verdict.RolledBack));
    }

    [TestCase(1000, 10, 1000, 10, 0)]
    [TestCase(1000, 20, 9000, 90, 2.8763)]
    [TestCase(0, 0, 9000, 90, 0)]
    [TestCase(1000, 0, 9000, 0, 0)]
    public void WhenProportionsAreCompared_ThenTheStatisticIsTheOneOfTheTextbook(double requests, double errors, double others,
        double theirs, double z) =>
        // 0.02 and 0.01, pooled 0.011: 0.01 / sqrt(0.011 x 0.989 x (1/1000 + 1/9000)).
        Assert.That(ZTestJudge.Z(requests, errors, others, theirs), Is.EqualTo(z).Within(1e-3));

    [Test]
    public void WhenTheOracleLooks_ThenItIsNeverWrongAndSoonRight()
    {
        Assert.That(Run(new OracleJudge(), Plain, 20).Select(one => one.Verdict), Is.All.EqualTo(Verdict.Promoted));
        Assert.That(Run(new OracleJudge(), Plain with { Effect = new WorldEffect(0.5) }, 20)
            .Select(one => one.Verdict), Is.All.EqualTo(Verdict.Promoted), "a better canary");
        Assert.That(Run(new OracleJudge(), Plain with { Effect = new WorldEffect(5) }, 20)
            .Select(one => one.Verdict), Is.All.EqualTo(Verdict.RolledBack));
        Assert.That(Run(new OracleJudge(), Plain with { Effect = new WorldEffect(Slowness: 1.5), HasDurations = true }, 5)
            .Select(one => one.Verdict), Is.All.EqualTo(Verdict.RolledBack));
    }

    [Test]
    public void WhenSeveralThreadsWork_ThenTheResultsAreThoseOfOne()
    {
        var plans = Grids.Smoke(3).Where(plan => !plan.Cell.HasDurations).ToList();

        var one = Benchmark.Run(plans, 1, 1, JudgeSet.All);
        var several = Benchmark.Run([.. plans.AsEnumerable().Reverse()], 1, 3, JudgeSet.All).Reverse();

        Assert.That(several.SelectMany(cell => cell.Judges.SelectMany(judge => judge.Outcomes)),
            Is.EqualTo(one.SelectMany(cell => cell.Judges.SelectMany(judge => judge.Outcomes))));
        Assert.That(Benchmark.Run(plans, 2, 2, JudgeSet.All)[0].Judges[7].Outcomes, Is.Not.EqualTo(one[0].Judges[7].Outcomes),
            "another seed");
    }

    private static List<(Verdict Verdict, int Look)> Run(IJudge judge, Cell cell, int runs) =>
        [.. Benchmark.Run([new CellPlan(cell, runs)], 20261121, 1,
            () => [judge])[0].Judges[0].Outcomes.Select(outcome => (outcome.Verdict, outcome.Look))];
}
