using System;
using System.Linq;
using Canary.Core.Planning;
using Canary.Core.Statistics;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Planning;

public sealed class GivenTimeForSteps
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);
    private static readonly PlannedMetric Metric = new(100, 0.001, 0.01, RatioGrid.Errors(1), TimeSpan.FromSeconds(30));

    [TestCase(100, 0.001)]
    [TestCase(30, 0.01)]
    [TestCase(1000, 0.01)]
    public void WhenStepsAreSuggested_ThenNoSingleWeightFindsItWithFewerRequests(double traffic, double rate)
    {
        var metric = Metric with { RequestsPerSecond = traffic, Rate = rate };

        var suggestion = StepSuggestion.Find(metric, Hour, Window)!;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(suggestion.Expected.Chance, Is.GreaterThanOrEqualTo(0.9));
            Assert.That(suggestion.Steps, Has.Count.InRange(1, 4));
            Assert.That(suggestion.Steps.Select(step => step.Weight), Is.Ordered.And.Unique);
            Assert.That(suggestion.Steps.Aggregate(TimeSpan.Zero, (sum, step) => sum + step.Length!.Value),
                Is.LessThanOrEqualTo(Hour).And.GreaterThan(Hour - Window));
            Assert.That(suggestion.Steps.Select(step => step.Length!.Value), Is.All.GreaterThanOrEqualTo(7 * Window));
        }

        foreach (var weight in new[] { 1, 2, 3, 5, 10, 15, 20, 25, 30, 40, 50 })
        {
            PlannedStage[] alone = [new(0, Weight.FromPercent(weight), Hour - metric.Lag, Window) { IsNewRun = true },
                new(0, Weight.FromPercent(weight), metric.Lag, null)];
            var expected = DetectionWalk.Expect(metric, alone, 2)!;
            if (expected.Chance >= 0.9)
                Assert.That(expected.Requests, Is.GreaterThanOrEqualTo(suggestion.Expected.Requests * (1 - 1e-9)), $"{weight} %");
        }
    }

    [Test]
    public void WhenTimeIsShort_ThenMoreTrafficIsRisked()
    {
        var (day, hour) = (StepSuggestion.Find(Metric, TimeSpan.FromHours(3), Window)!, StepSuggestion.Find(Metric, Hour, Window)!);

        Assert.That(day.Expected.Requests, Is.LessThan(hour.Expected.Requests));
        Assert.That(day.Steps[0].Weight, Is.LessThanOrEqualTo(hour.Steps[0].Weight));
    }

    [Test]
    public void WhenNothingSeesItInThatTime_ThenTheLeastThatIsSeenAndTheTimeThatItTakes()
    {
        var metric = Metric with { RequestsPerSecond = 5 };

        Assert.That(StepSuggestion.Find(metric, Hour, Window), Is.Null);
        var least = StepSuggestion.Least(metric, Hour, Window)!.Value;
        Assert.That(least, Is.InRange(3, 10));
        Assert.That(StepSuggestion.Times(metric, Window, least), Is.LessThanOrEqualTo(Hour));
        var needed = StepSuggestion.Times(metric, Window, 2)!.Value;
        Assert.That(needed, Is.GreaterThan(Hour));
        Assert.That(StepSuggestion.Find(metric, needed, Window), Is.Not.Null, "what is said to be enough is enough");
    }

    [Test]
    public void WhenAsMuchIsTolerated_ThenNothingEverFindsIt()
    {
        var metric = Metric with { Grid = RatioGrid.Errors(3) };

        Assert.That(StepSuggestion.Times(metric, Window, 2), Is.Null);
        Assert.That(StepSuggestion.Find(metric, TimeSpan.FromHours(10), Window), Is.Null);
    }
}
