using System.Collections.Generic;
using System.Linq;
using Canary.JudgeBenchmark.Judges;
using Canary.JudgeBenchmark.Output;
using Canary.JudgeBenchmark.Scores;
using Canary.JudgeBenchmark.Worlds;
using NUnit.Framework;

namespace Canary.JudgeBenchmark.Tests.Scores;

public sealed class GivenScores
{
    private static readonly Cell Plain = new(100, 0.001, Schedule.Constant(10));

    [Test]
    public void WhenAJudgeAlwaysRollsBack_ThenTheGatesFail()
    {
        var findings = Gates.Check([Cell(Plain, 1000, 0), Cell(Plain with { Noise = Noise.GammaMild }, 1000, 0),
            Cell(Plain with { Fault = WorldFault.NoCanaryTraffic }, 1000, 0)]);

        Assert.That(findings.Select(finding => finding.IsPassed), Is.EqualTo(new[] { false, false, false }));
    }

    [TestCase(0, true)]
    [TestCase(10, true)]
    [TestCase(18, true)]
    [TestCase(24, false)]
    [TestCase(40, false)]
    public void WhenRollbacksAreMoreThanChanceExplains_ThenTheGateFails(int wrong, bool isPassed) =>
        Assert.That(Gates.Check([Cell(Plain, wrong, 0)]).Single().IsPassed, Is.EqualTo(isPassed));

    [TestCase(60, true)]
    [TestCase(90, false)]
    public void WhenNoiseIsOverdispersed_ThenFiveTimesAsManyAreAllowed(int wrong, bool isPassed) =>
        Assert.That(Gates.Check([Cell(Plain with { Noise = Noise.RetryStorms }, wrong, 0)]).Single().IsPassed, Is.EqualTo(isPassed));

    [TestCase(Noise.MeshRetries, WorldFault.None, 18, true)]
    [TestCase(Noise.MeshRetries, WorldFault.None, 24, false)]
    [TestCase(Noise.Independent, WorldFault.ScrapedTwice, 24, false)]
    [TestCase(Noise.Independent, WorldFault.ReplicaPair, 24, false)]
    [TestCase(Noise.Independent, WorldFault.ScrapeGaps, 24, false)]
    [TestCase(Noise.Independent, WorldFault.UnevenBuckets, 24, false)]
    [TestCase(Noise.Incident, WorldFault.CanaryUnscraped, 24, false)]
    [TestCase(Noise.Incident, WorldFault.StableUnscraped, 24, false)]
    [TestCase(Noise.PodsDifferStrong, WorldFault.None, 60, true)]
    [TestCase(Noise.PodsDifferStrong, WorldFault.None, 90, false)]
    [TestCase(Noise.ColdPods, WorldFault.None, 90, false)]
    [TestCase(Noise.BadNodes, WorldFault.None, 90, false)]
    [TestCase(Noise.WanderLong, WorldFault.None, 900, true)]
    public void WhenTheWorldIsOneOfServices_ThenItsGateAllowsWhatIsPromisedThere(int noise, int fault, int wrong, bool isPassed)
    {
        var finding = Gates.Check([Cell(Plain with { Noise = (Noise)noise, Fault = (WorldFault)fault }, wrong, 0)]).Single();

        Assert.That(finding.IsPassed, Is.EqualTo(isPassed));
        Assert.That(finding.Gate, Does.StartWith("false rollbacks"));
    }

    [Test]
    public void WhenNothingCanBePromised_ThenTheRatesAreListed() =>
        Assert.That(Gates.Check([Cell(Plain with { Noise = Noise.WanderShort }, 150, 0), Cell(Plain with { Noise = Noise.WanderLong }, 270,
            0)]).Single().Words, Does.Contain("15 %").And.Contain("27 %"));

    [TestCase(115, true)]
    [TestCase(130, false)]
    public void WhenTheSameAlphaIsAsked_ThenATestThatKnowsTheTrafficMayHaveAFifthFewerFailedRequests(int ours, bool isPassed)
    {
        var finding = Gates.Check([Cell(Plain with { Effect = new WorldEffect(5) }, 1000, 1000, ours, 100, GroupSequentialJudge.SameAlpha)])
            .Single(one => one.Gate.Contains("same alpha", System.StringComparison.Ordinal));

        Assert.That(finding.IsPassed, Is.EqualTo(isPassed));
    }

    [Test]
    public void WhenAJudgeIsNoRival_ThenNoFewerFailedRequestsAreAsked()
    {
        var cell = Cell(Plain with { Effect = new WorldEffect(5) }, 1000, 1000, 200, 100);
        var none = cell with { Judges = [.. cell.Judges.Select(judge => judge with { IsRival = false })] };

        Assert.That(Gates.Check([cell]), Has.Count.EqualTo(1));
        Assert.That(Gates.Check([none]), Is.Empty);
    }

    // Bad from look 100 on, so that it is to be found by look 120; before that there is nothing to find.
    [TestCase(800, 110, true)]
    [TestCase(770, 120, true)]
    [TestCase(740, 110, false)]
    [TestCase(1000, 100, false)]
    [TestCase(1000, 20, false)]
    public void WhenAVersionTurnsBadLate_ThenItIsToBeFoundWithinTenMinutes(int found, int look, bool isPassed)
    {
        var late = Plain with { Effect = new WorldEffect(2), Onset = Onset.AtFiftyPercent, Schedule = Schedule.Ramp };
        var score = new CellScore(late, [Judge("ours", 0.01, [.. Enumerable.Range(0, 1000)
            .Select(run => run < found ? Outcome(Verdict.RolledBack, look) : Outcome(Verdict.Promoted, Clock.Looks))])]);

        var finding = Gates.Check([score]).Single();

        Assert.That(finding.IsPassed, Is.EqualTo(isPassed));
        Assert.That(score.FoundWithin(score.Judges[0], 10), Is.EqualTo(look > 100 ? found : 0));
    }

    [Test]
    public void WhenACanaryIsReallyWorseForAWhile_ThenNoPromiseIsAsked() =>
        Assert.That(Gates.Check([Cell(Plain with { Noise = Noise.ColdStart }, 1000, 0)]), Is.Empty);

    [TestCase(100, 200, true)]
    [TestCase(200, 100, false)]
    public void WhenARivalKeepsItsRate_ThenItMustHaveMoreFailedRequests(int ours, int theirs, bool isPassed)
    {
        var findings = Gates.Check([Cell(Plain, 0, 0), Cell(Plain with { Effect = new WorldEffect(5) }, 1000, 1000, ours, theirs)]);

        Assert.That(findings.Single(finding => finding.Gate.StartsWith("failed", System.StringComparison.Ordinal)).IsPassed,
            Is.EqualTo(isPassed));
    }

    [Test]
    public void WhenARivalBreaksItsRateAnywhere_ThenItIsNoRival()
    {
        var findings = Gates.Check([Cell(Plain, 0, 0), Cell(Plain with { Noise = Noise.Incident }, 0, 100),
            Cell(Plain with { Effect = new WorldEffect(5) }, 1000, 1000, 200, 100)]);

        Assert.That(findings.Where(finding => finding.Gate.StartsWith("failed", System.StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase(WorldFault.Idle, Verdict.Inconclusive, true)]
    [TestCase(WorldFault.Idle, Verdict.Promoted, false)]
    [TestCase(WorldFault.NoCanaryTraffic, Verdict.RolledBack, false)]
    [TestCase(WorldFault.Outage, Verdict.Promoted, true)]
    [TestCase(WorldFault.Outage, Verdict.RolledBack, false)]
    public void WhenTheMeasuringIsAtFault_ThenTheVerdictMustNotComeOfIt(int fault, int verdict, bool isPassed)
    {
        var cell = new CellScore(Plain with { Fault = (WorldFault)fault },
            [Judge("ours", 0.01, [.. Enumerable.Repeat(Outcome((Verdict)verdict, 1), 100)])]);

        Assert.That(Gates.Check([cell]).Single().IsPassed, Is.EqualTo(isPassed));
    }

    [Test]
    public void WhenOutcomesAreSummed_ThenTheNumbersAreRight()
    {
        var score = Judge("ours", 0.01,
            [Outcome(Verdict.RolledBack, 10), Outcome(Verdict.RolledBack, 30), Outcome(Verdict.Promoted, 100),
                Outcome(Verdict.Inconclusive, 60)]);

        Assert.That((score.RollbackRate, score.Share(Verdict.Inconclusive), score.MeanFailed, score.MeanRequests),
            Is.EqualTo((0.5, 0.25, 50, 500)));
        Assert.That((score.Quantile(0.5, one => one.Requests), score.Quantile(0.95, one => one.Requests)), Is.EqualTo((300, 1000)));
        Assert.That((score.FoundBy(9), score.FoundBy(10), score.FoundBy(120)), Is.EqualTo((0, 0.25, 0.5)));
        Assert.That((score.MedianMinutes(one => one.Look), score.MedianMinutes(one => one.EnoughAt)),
            Is.EqualTo(((double?)15, (double?)null)));
    }

    [Test]
    public void WhenAVersionTurnsBadLate_ThenTimeAndHealthyVersionsAreThoseOfItsWorld()
    {
        var world = Plain with { Schedule = Schedule.Ramp, CanaryPods = 3 };
        var late = world with { Effect = new WorldEffect(2), Onset = Onset.AtFiftyPercent };
        var score = new CellScore(late, [Judge("ours", 0.01, [Outcome(Verdict.RolledBack, 90), Outcome(Verdict.RolledBack, 110),
            Outcome(Verdict.RolledBack, 114), Outcome(Verdict.RolledBack, 118), Outcome(Verdict.Promoted, 120)])]);
        var twins = new HealthyTwins([Cell(world, 30, 0), Cell(Plain, 500, 0), score]);

        Assert.That(score.MedianMinutesToFind(score.Judges[0]), Is.EqualTo(9), "5, 7 and 9 minutes, and two not");
        Assert.That(score.FoundWithin(score.Judges[0], 5), Is.EqualTo(1));
        Assert.That(twins.RollbackRate(late, "ours"), Is.EqualTo(0.03));
        Assert.That(twins.RollbackRate(late with { Rate = 7 }, "ours"), Is.Null);
        Assert.That((Judge("ours", 0.01, [Outcome(Verdict.Promoted, 1) with { EnoughRequests = 70 }, Outcome(Verdict.Promoted, 1)])
            .Median(one => one.EnoughRequests), score.Judges[0].Median(one => one.EnoughRequests)),
            Is.EqualTo(((double?)70, (double?)null)));
    }

    [Test]
    public void WhenResultsAreWritten_ThenEveryCellIsInThem()
    {
        CellScore[] cells = [Cell(Plain, 3, 0), Cell(Plain with { Effect = new WorldEffect(5) }, 900, 1000, 5, 7)];
        var csv = System.Text.RegularExpressions.Regex.Replace(CsvTable.Write(cells), "\"[^\"]*\"", "words").Split('\n');

        Assert.That(csv, Has.Length.EqualTo(1 + (2 * 3) + 1));
        Assert.That(csv.SkipLast(1).Select(line => line.Count(letter => letter == ',')).Distinct()
            .ToArray(), Has.Length.EqualTo(1), "as many fields in each line");
        Assert.That(new MarkdownReport(cells, Gates.Check(cells)).Write("make"),
            Does.Contain($"| {cells[1].Cell.Name} | 1000 | 90 (0.3) | 100 (0) | 100 (100) |"));
        foreach (var drawing in new[] { RollbackPlot.Draw(cells), ExposurePlot.Draw(cells), DetectionPlot.Draw(cells),
            RollbackPlot.Draw([]), DetectionPlot.Draw([]) })
            Assert.That(System.Xml.Linq.XDocument.Parse(drawing).Root!.Name.LocalName, Is.EqualTo("svg"));
    }

    private static CellScore Cell(Cell cell, int ours, int theirs, int failed = 1, int theirFailed = 1, string rival = "rival") => new(
        cell,
        [Judge("ours", 0.01, Outcomes(ours, failed)), Judge(rival, 0.05, Outcomes(theirs, theirFailed)),
            new JudgeScore("oracle", 0.01, true, Outcomes(1000, 1))]);

    private static RunOutcome[] Outcomes(int wrong, int failed) =>
        [.. Enumerable.Range(0, 1000).Select(run => Outcome(run < wrong ? Verdict.RolledBack : Verdict.Promoted, failed))];

    private static RunOutcome Outcome(Verdict verdict, int size) => new(verdict, size, 10 * size, size, size, null, null);

    private static JudgeScore Judge(string name, double declared, IReadOnlyList<RunOutcome> outcomes) =>
        new(name, declared, false, outcomes);
}
