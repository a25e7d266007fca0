using System;
using System.Linq;
using Canary.Core.Analysis.Judging;
using Canary.Core.Planning;
using Canary.Core.Statistics;
using Canary.Core.Units;
using MathNet.Numerics.Distributions;
using NUnit.Framework;

namespace Canary.Core.Tests.Planning;

public sealed class GivenAStage
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Half = TimeSpan.FromSeconds(30);

    // The weights and regressions of the published table; 50,000 requests a day, so that a window never expects an error.
    [Test]
    public void WhenErrorsAreRare_ThenTheRequestsAreThoseOfTheMixture([Values(1, 5, 10, 20, 50)] int weight,
        [Values(1.5, 2, 3, 5, 10)] double regression)
    {
        var metric = new PlannedMetric(0.6, 0.001, 0.01, RatioGrid.Errors(1), TimeSpan.Zero);

        var found = DetectionWalk.Find(metric, [Open(weight, Second)], regression);

        var requests = ExpectedRequests.OfMixture(weight / 100.0, 0.001, regression, 0.01 * SequentialJudge.WholeShare, metric.Grid);
        if (requests / (0.6 * weight / 100) > DetectionWalk.Longest.TotalSeconds)
        {
            Assert.That(found, Is.Null);
            return;
        }

        Assert.That(found!.Requests, Is.EqualTo(requests).Within(0.6));
        Assert.That(found.Requests / ExpectedRequests.ByBound(weight / 100.0, 0.001, regression,
                0.01 * SequentialJudge.WholeShare, metric.Grid),
            Is.InRange(1.0, 1.5), "what looking at every time costs");
    }

    [Test]
    public void WhenErrorsArePlentiful_ThenThreeMinutesThatAreAlikeAreEnough()
    {
        var metric = new PlannedMetric(1000, 0.01, 0.01, RatioGrid.Errors(1), Half);

        var found = DetectionWalk.Find(metric, [Open(10, Half)], 2);

        Assert.That(found!.After, Is.EqualTo(TimeSpan.FromMinutes(3) + Half), "and the last window of them is read later");
        Assert.That(found.Requests, Is.EqualTo(1000 * 0.1 * 210).Within(1e-6));
        Assert.That(found.Events, Is.EqualTo(1000 * 0.1 * 210 * 0.02).Within(1e-6));
    }

    [TestCase(1000, 2, 3)]
    [TestCase(200, 2, 5)]
    [TestCase(100, 2, 7)]
    [TestCase(1000, 1.25, 8)]
    public void WhenMinutesVaryMore_ThenMoreMustAgree(double traffic, double regression, int minutes)
    {
        var metric = new PlannedMetric(traffic, 0.01, 0.01, RatioGrid.Errors(1), TimeSpan.Zero);

        Assert.That(DetectionWalk.Find(metric, [Open(10, Half)], regression)!.After.TotalMinutes, Is.EqualTo(minutes).Within(1));
    }

    [Test]
    public void WhenItIsACatastrophe_ThenOneWindowIsEnough()
    {
        var metric = new PlannedMetric(1000, 0.01, 0.01, RatioGrid.Errors(1), Half);

        Assert.That(DetectionWalk.Find(metric, [Open(10, Half)], 10)!.After, Is.EqualTo(2 * Half));
        Assert.That(DetectionWalk.Find(metric, [Open(10, Half)], 5)!.After, Is.EqualTo(5 * Half),
            "below ten times two minutes are seen before");
        Assert.That(DetectionWalk.Find(metric, [Open(10, Half)], 4.9)!.After, Is.EqualTo(7 * Half), "less than five times is none");
    }

    [Test]
    public void WhenOneWindowShowsIt_ThenAnotherMustLeanThatWay()
    {
        var metric = new PlannedMetric(17.3, 0.001, 0.05, RatioGrid.Errors(1), TimeSpan.Zero);
        var five = TimeSpan.FromMinutes(5);

        Assert.That(ExpectedRequests.OfMixture(0.1, 0.001, 10, 0.05, metric.Grid), Is.LessThan(0.1 * 17.3 * five.TotalSeconds),
            "it is shown in the first");
        Assert.That(DetectionWalk.Find(metric, [Open(10, five)], 10)!.After, Is.EqualTo(2 * five));
    }

    [Test]
    public void WhenTheVerdictWouldBeReadAfterTheEnd_ThenThereIsNone()
    {
        var metric = new PlannedMetric(1000, 0.01, 0.01, RatioGrid.Errors(1), Half);
        var stage = Open(10, Half) with { Length = TimeSpan.FromMinutes(3) };

        Assert.That(DetectionWalk.Find(metric, [stage], 2), Is.Null);
        Assert.That(DetectionWalk.Find(metric, [stage, stage with { Step = 2, Length = Half, Interval = null, IsNewRun = false }], 2)!.Step,
            Is.EqualTo(2));
    }

    [Test]
    public void WhenEvidenceIsCarriedOn_ThenTwoStepsFindWhatNeitherDoes()
    {
        var metric = new PlannedMetric(100, 0.001, 0.01, RatioGrid.Errors(1), TimeSpan.Zero);
        var (first, second) = (Open(10, Half) with { Length = TimeSpan.FromMinutes(20) },
            Open(20, Half) with { Step = 2, Length = TimeSpan.FromMinutes(15), IsNewRun = false });

        var found = DetectionWalk.Find(metric, [first, second], 2);

        Assert.That(DetectionWalk.Find(metric, [first], 2), Is.Null);
        Assert.That(DetectionWalk.Find(metric, [second with { IsNewRun = true }], 2), Is.Null);
        Assert.That((found!.Step, found.After > TimeSpan.FromMinutes(20)), Is.EqualTo((2, true)));
        Assert.That(found.Requests, Is.EqualTo((100 * 0.1 * 1200) + (100 * 0.2 * (found.After.TotalSeconds - 1200))).Within(1e-6));
    }

    [Test]
    public void WhenAPersonEndsThePause_ThenItIsFoundThereIfNobodyDoes()
    {
        var metric = new PlannedMetric(100, 0.001, 0.01, RatioGrid.Errors(1), TimeSpan.Zero);
        PlannedStage[] stages = [Open(10, Half), Open(50, Half) with { Step = 2, Length = TimeSpan.FromMinutes(5), IsNewRun = false }];

        Assert.That(DetectionWalk.Find(metric, stages, 2), Is.EqualTo(DetectionWalk.Find(metric, [Open(10, Half)], 2)));
        Assert.That(DetectionWalk.Find(metric, stages, 2)!.IsIfNobodyPromotes, Is.True);
        Assert.That(DetectionWalk.Chance(metric, stages, 2), Is.Null);
    }

    [Test]
    public void WhenNothingIsMeasured_ThenTheCanaryServesAllTheSame()
    {
        var metric = new PlannedMetric(1000, 0.01, 0.01, RatioGrid.Errors(1), TimeSpan.Zero);
        var blind = Open(50, Half) with { Length = TimeSpan.FromMinutes(1), Interval = null };

        var found = DetectionWalk.Find(metric, [blind, Open(10, Half) with { Step = 2, Delay = Half }], 2);

        Assert.That(found!.After, Is.EqualTo(TimeSpan.FromMinutes(1) + Half + TimeSpan.FromMinutes(3)));
        Assert.That(found.Requests, Is.EqualTo((500 * 60) + (100 * 210)).Within(1e-6));
    }

    [Test]
    public void WhenThereIsNoStableOrAsMuchIsTolerated_ThenItIsNeverFound()
    {
        var metric = new PlannedMetric(1000, 0.01, 0.01, RatioGrid.Errors(2), TimeSpan.Zero);

        Assert.That(DetectionWalk.Find(metric, [Open(100, Half)], 10), Is.Null);
        Assert.That(DetectionWalk.Find(metric, [Open(10, Half)], 2), Is.Null);
        Assert.That(DetectionWalk.Find(metric, [Open(10, Half)], 4), Is.Not.Null);
        Assert.That(DetectionWalk.Chance(metric, [Open(100, Half) with { Length = TimeSpan.FromHours(1) }], 10), Is.Zero);
    }

    [Test]
    public void WhenAlphaOrTrafficIsLess_ThenItTakesLonger()
    {
        var metric = new PlannedMetric(100, 0.001, 0.01, RatioGrid.Errors(1), TimeSpan.Zero);
        var before = DetectionWalk.Find(metric, [Open(10, Half)], 2)!;

        Assert.That(DetectionWalk.Find(metric with { Alpha = 0.002 }, [Open(10, Half)], 2)!.Requests / before.Requests,
            Is.InRange(1.2, 1.4), "a fifth of alpha: about 35 % more evidence, less what the mixture costs anyway");
        Assert.That(DetectionWalk.Find(metric with { RequestsPerSecond = 50 }, [Open(10, Half)], 2)!.After / before.After, Is.EqualTo(2)
            .Within(0.05));
    }

    // Exact, by MathNet's distributions; stable has the share of traffic that is left.
    [TestCase(1.5, 6.5, 9.3)]
    [TestCase(0.2, 3.1, 19.7)]
    [TestCase(30, 130, 4.1)]
    [TestCase(80, 900, 12.3)]
    [TestCase(400, 2000, 6.1)]
    public void WhenMinutesAreCompared_ThenTheirSignsHaveTheChancesOfTwoPoissonCounts(double ours, double theirs, double ratio)
    {
        var (worse, better) = MinuteSign.Compute(ours, theirs, ratio);

        var (canary, stable) = (new Poisson(ours), new Poisson(theirs));
        var exact = Enumerable.Range(1, (int)(ours + (12 * Math.Sqrt(ours)) + 20))
            .Sum(events => canary.Probability(events) * (stable.CumulativeDistribution(
                Math.Ceiling(events * ratio) - 1) + stable.CumulativeDistribution(Math.Floor(events * ratio))) / 2);
        Assert.That(worse, Is.EqualTo(exact).Within(0.01));
        Assert.That(better, Is.EqualTo(1 - exact - (canary.Probability(0) * stable.Probability(0))).Within(0.01));
    }

    [Test]
    public void WhenAShareOfTheNormalDistributionIsAskedFor_ThenItIsTheOracles()
    {
        for (var value = -6.0; value <= 6; value += 0.25)
            Assert.That(NormalShare.Below(value), Is.EqualTo(Normal.CDF(0, 1, value))
                .Within(2e-7 * Math.Max(1e-3, Normal.CDF(0, 1, value))).Or.EqualTo(Normal.CDF(0, 1, value)).Within(1.2e-7));
    }

    private static PlannedStage Open(int weight, TimeSpan interval) =>
        new(0, Weight.FromPercent(weight), null, interval) { IsNewRun = true };
}
