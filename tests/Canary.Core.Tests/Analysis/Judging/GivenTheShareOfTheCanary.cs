using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Objectives;
using Canary.Core.Analysis.Shares;
using Canary.Core.Statistics;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis.Judging;

public sealed class GivenTheShareOfTheCanary
{
    private const int Look = 30;

    [Test]
    public void WhenTheShareIsWithinWhatIsAllowed_ThenTheMeanFactorOfAWindowIsAtMostOne(
        [Values(0.01, 0.1, 0.5, 0.9)] double weight, [Values(3, 15, 60, 400)] int requests, [Values(0.5, 0.75, 1, 1.5, 2)] double factor)
    {
        var odds = weight / (1 - weight) * factor;
        var share = odds / (1 + odds);
        var (mean, logChance) = (0.0, requests * Math.Log(1 - share));
        for (var ours = 0; ours <= requests; ours++)
        {
            if (ours > 0) logChance += Math.Log((requests - ours + 1.0) / ours) + Math.Log(share / (1 - share));
            mean += Math.Exp(logChance + ShareProcess.LogEvidence(ShareProcess.Add([], weight, Look, ours, requests - ours)));
        }

        Assert.That(mean, Is.LessThanOrEqualTo(1 + 1e-5));
    }

    [Test]
    public void WhenTheShareIsRight_ThenItIsHardlyEverCalledOffHoweverOftenItIsLookedAt(
        [Values(1, 10, 50)] int percent, [Values(0.5, 20, 2000)] double rate)
    {
        var random = new Random((percent * 31) + (int)rate);
        var found = Enumerable.Range(0, 400).Count(_ =>
        {
            var status = New();
            for (var look = 0; look < 240 && Said(status).Length == 0; look++)
            {
                var all = Poisson(random, rate * Look);
                status = See(status, look, percent, Binomial(random, all, percent / 100.0), all);
            }

            return Said(status).Length > 0;
        });

        // 1 in 1,000 of 400 is less than one: three have a chance of 1 in 100.
        Assert.That(found, Is.LessThan(3));
    }

    [Test]
    public void WhenAPoolKeepsItsConnections_ThenItIsHardlyEverCalledOff()
    {
        // Twenty connections, made anew each minute: all requests of one go the same way.
        var random = new Random(11);
        var found = Enumerable.Range(0, 400).Count(_ =>
        {
            var (status, share) = (New(), 0.0);
            for (var look = 0; look < 240 && Said(status).Length == 0; look++)
            {
                if (look % 2 == 0) share = Binomial(random, 20, 0.1) / 20.0;
                status = See(status, look, 10, (long)(share * 3000), 3000);
            }

            return Said(status).Length > 0;
        });

        Assert.That(found, Is.LessThan(3));
    }

    [TestCase(50, 0.0, 3)]
    [TestCase(10, 0.0, 6)]
    [TestCase(10, 0.012, 16)]
    [TestCase(25, 0.05, 8)]
    [TestCase(1, 0.0, 60)]
    [TestCase(10, 0.6, 4)]
    [TestCase(1, 0.1, 6)]
    public void WhenTheShareStaysOff_ThenItIsSaidWithItsNumbers(int percent, double share, double minutes)
    {
        var (status, look) = (New(), 0);
        for (; Said(status).Length == 0 && look < 400; look++) status = See(status, look, percent, (long)(share * 6000), 6000);

        Assert.That(look * Look / 60.0, Is.InRange(3, minutes));
        Assert.That(Said(status), Does.StartWith($"canary gets {100 * share:0.#} % of the requests at weight {percent} (")
            .And.EndsWith("): routing or metrics are wrong"));
        Assert.That(status.Metrics[0].Measurements[^1].Message, Is.EqualTo(Said(status)));
    }

    [Test]
    public void WhenTheShareGoesOffAfterHours_ThenItIsFoundSoonAndTheNumbersAreOfThatTime()
    {
        var (status, look) = (New(), 0);
        for (; look < 600; look++) status = See(status, look, 10, 600, 6000);
        for (; Said(status).Length == 0 && look < 700; look++) status = See(status, look, 10, 0, 6000);

        Assert.That((look - 600) * Look / 60.0, Is.InRange(3, 12));
        Assert.That(Said(status), Does.StartWith("canary gets 0 % of the requests at weight 10 (0 of"));
    }

    [Test]
    public void WhenTheShareIsOffByLessThanAFactorOfTwo_ThenItIsNeverSaid()
    {
        var status = New();
        for (var look = 0; look < 1000; look++) status = See(status, look, 10, 360, 6000);

        Assert.That(Said(status), Is.Empty);
    }

    [Test]
    public void WhenItIsFound_ThenItsWordsStayUntilTheShareIsRightForAWhile()
    {
        var (status, look) = (New(), 0);
        for (; Said(status).Length == 0; look++) status = See(status, look, 10, 0, 6000);
        var said = Said(status);
        for (var more = 0; more < 30; more++) status = See(status, look++, 10, more, 6000);

        Assert.That(Said(status), Is.EqualTo(said));

        for (var more = 0; more < 12; more++) status = See(status, look++, 10, 600, 6000);

        Assert.That(Said(status), Is.Empty);
        Assert.That(status.Metrics[0].Evidence!.Traffic.Findings, Is.EqualTo(1));
    }

    [Test]
    public void WhenTheWeightIsRaised_ThenWindowsFromBeforeAreLeftOutAndTheNumbersAreOfTheNewOne()
    {
        var (status, look) = (New(), 0);
        for (; look < 20; look++) status = See(status, look, 5, 300, 6000);
        // The first window after the raise holds requests of both weights: most went as before.
        status = See(status, look++, 50, 400, 6000, since: A.At((look * Look) - 5));

        Assert.That(status.Metrics[0].Evidence!.Traffic.Requests, Is.Zero);

        for (; Said(status).Length == 0; look++) status = See(status, look, 50, 300, 6000, since: A.At(21 * Look));

        Assert.That(Said(status), Does.StartWith("canary gets 5 % of the requests at weight 50 (1,800 of 36,000)"));
    }

    [Test]
    public void WhenAnotherWeightIsOffToo_ThenItIsSaidWithItsNumbers()
    {
        var (status, look) = (New(), 0);
        for (; Said(status).Length == 0; look++) status = See(status, look, 10, 0, 6000);
        for (var more = 0; more < 7; more++) status = See(status, look++, 50, 60, 6000);

        Assert.That(Said(status), Does.StartWith("canary gets 1 % of the requests at weight 50"));
    }

    [Test]
    public void WhenAMetricComparesAndRuns_ThenItsMismatchIsTheRollouts() =>
        Assert.That(Observed(A.ComparedErrors, RunPhase.Running), Does.StartWith("canary gets 0 % of the requests at weight 10"));

    [Test]
    public void WhenAMetricIsADryRunOrHasEndedOrKnowsNoStable_ThenItsMismatchDecidesNothing()
    {
        var objective = A.ComparedErrors with
        {
            Comparison = A.ComparedErrors.Comparison! with { Objective = new Objective(0.99, Objective.DefaultBurnRate) },
        };

        Assert.That(Observed(A.ComparedErrors with { IsDryRun = true }, RunPhase.Running), Is.Empty);
        Assert.That(Observed(A.ComparedErrors, RunPhase.Successful), Is.Empty);
        Assert.That(Observed(A.ComparedErrors with { Comparison = null }, RunPhase.Running), Is.Empty);
        Assert.That(Observed(objective, RunPhase.Running), Is.Empty);
    }

    // What the rollout is told where another metric goes on.
    private static string Observed(MetricSpec metric, RunPhase phase)
    {
        var (status, look) = (New(), 0);
        for (; Said(status).Length == 0; look++) status = See(status, look, 10, 0, 6000);
        var other = A.ComparedErrors with { Name = "other" };
        var spec = new RunSpec([metric with { Name = "errors" }, other]);
        return AnalysisMachine.Observe(new RunKey("9d21aa", 1, null), spec, status with
        {
            Phase = RunPhase.Running,
            StartedAt = A.At(0),
            Metrics = [status.Metrics[0] with { Phase = phase }, MetricCount.New("other")],
        }).TrafficMismatch;
    }

    [TestCase(0)]
    [TestCase(100)]
    [TestCase(null)]
    public void WhenThereIsNoShareToHold_ThenNothingIsCounted(int? percent)
    {
        var status = New();
        for (var look = 0; look < 50; look++) status = See(status, look, percent, 3000, 6000);

        Assert.That(status.Metrics[0].Evidence!.Traffic, Is.EqualTo(TrafficShare.None));
    }

    [Test]
    public void WhenAPodWarmsUpOrNobodyAsks_ThenTheWindowSaysNothing()
    {
        var cold = new WindowCounts([new PodCounts("c1", new SideCounts(0, [0])) { IsWarmingUp = true }],
            [new PodCounts("s1", new SideCounts(6000, [0]))]);
        var idle = new WindowCounts([], []);

        foreach (var window in new[] { cold, idle })
            Assert.That(TrafficShares.Note(TrafficShare.None, window, A.At(0), A.At(30)), Is.EqualTo(TrafficShare.None));
    }

    [Test]
    public void WhenWindowsAreCounted_ThenTheEvidenceHasThemUntilTheyAreHeldAgainstTheWeight()
    {
        var window = CountedWindow.Make(new SideCounts(0, [0]), new SideCounts(6000, [3]));

        var evidence = EvidenceSum.Add(A.ComparedErrors, Evidence.None, window, A.At(0), A.At(30));

        Assert.That(evidence.Traffic.Open, Is.EqualTo((EquatableArray<TrafficWindow>)[new TrafficWindow(A.At(0), A.At(30), 0, 6000)]));
        Assert.That(evidence.Windows, Is.Zero, "there is nothing to compare");
    }

    // One more look: a window that ends as the look begins.
    private static RunStatus See(RunStatus status, int look, int? percent, long ours, long all, DateTimeOffset? since = null)
    {
        var (from, to) = (A.At(look * Look), A.At((look + 1) * Look));
        var metric = status.Metrics[0];
        var traffic = metric.Evidence!.Traffic;
        var noted = TrafficShares.Note(traffic, CountedWindow.Make(new SideCounts(ours, [0]), new SideCounts(all - ours, [0])), from, to);
        var next = metric with
        {
            Evidence = metric.Evidence with { Traffic = noted },
            Measurements = [new Measurement(to, to, RunPhase.Successful, "", "")],
        };
        return TrafficShares.Weigh(status with { Metrics = [next] }, percent is { } weight ? Weight.FromPercent(weight) : null,
            since ?? A.At(0), to);
    }

    private static RunStatus New() => RunStatus.New with
    {
        Metrics = [MetricCount.New("errors") with { Evidence = Evidence.None }],
    };

    private static string Said(RunStatus status) => TrafficShares.Describe(status.Metrics[0]);

    private static long Poisson(Random random, double mean) => Math.Max(0, (long)Math.Round(mean + (Math.Sqrt(mean) * Normal(random))));

    private static long Binomial(Random random, long all, double share)
    {
        if (all * share * (1 - share) > 50)
            return Math.Clamp((long)Math.Round((all * share) + (Math.Sqrt(all * share * (1 - share)) * Normal(random))), 0, all);
        var ours = 0;
        for (var one = 0; one < all; one++)
            if (random.NextDouble() < share) ours++;
        return ours;
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
