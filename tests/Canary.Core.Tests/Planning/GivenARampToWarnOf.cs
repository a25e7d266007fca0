using System;
using System.Globalization;
using System.Linq;
using Canary.Core.Planning;
using Canary.Core.Statistics;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Planning;

public sealed class GivenARampToWarnOf
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);
    private static readonly PlannedMetric Metric = new(100, 0.001, 0.01, RatioGrid.Errors(1), TimeSpan.FromSeconds(30));

    [Test]
    public void WhenEveryStepSeesSomething_ThenThereIsNone() =>
        Assert.That(PlanWarnings.Collect(Metric, Ramp((5, 15), (25, 15), (50, 15)), Window), Is.Empty);

    [Test]
    public void WhenAStepIsShort_ThenTheLengthAndTheWeightThatWouldDoAreTrue()
    {
        var warning = PlanWarnings.Collect(Metric, Ramp((1, 3), (50, 60)), Window).Single();

        Assert.That(warning,
            Does.Match(
                @"^step 1 \(weight 1\) is too short with 3m: not even ten times as many would be found; they would be with a stay of 8m30s, or with weight \d+$"));
        var weight = int.Parse(warning.Split(' ')[^1], CultureInfo.InvariantCulture);
        Assert.That(PlanWarnings.Alone(Metric, 0, Weight.FromPercent(1), Window, 10)!.After, Is.EqualTo(TimeSpan.FromMinutes(8.5)));
        Assert.That(PlanWarnings.Alone(Metric, 0, Weight.FromPercent(weight), Window, 10)!.After,
            Is.LessThanOrEqualTo(TimeSpan.FromMinutes(3)));
        Assert.That(PlanWarnings.Alone(Metric, 0, Weight.FromPercent(weight - 1), Window, 10)!.After,
            Is.GreaterThan(TimeSpan.FromMinutes(3)));
    }

    [Test]
    public void WhenEvidenceFromBeforeIsEnough_ThenAShortStepIsNone()
    {
        var ramp = Ramp((4, 2), (5, 2), (50, 60));

        Assert.That(PlanWarnings.Alone(Metric, 0, Weight.FromPercent(5), Window, 10)!.After, Is.GreaterThan(TimeSpan.FromMinutes(2)),
            "by itself it is too short as well");
        Assert.That(PlanWarnings.Collect(Metric, ramp, Window), Has.Count.EqualTo(1).And.All.StartsWith("step 1 "));
    }

    [Test]
    public void WhenTheWholeDoesNotSeeTwiceAsMany_ThenTheStayThatWouldIsNamed()
    {
        var warning = PlanWarnings.Collect(Metric, Ramp((10, 5), (20, 5)), Window).Single();

        Assert.That(warning,
            Does.Match(
                @"^the whole ramp does not find a canary with twice as many, except in \d+ of 100 cases; with a stay of [0-9m]+(30s)? at weight 20 it would find half of them$"));
        var stay = warning.Split("a stay of ")[1].Split(' ')[0];
        Assert.That(GoDuration.TryParse(stay, out var length, out _), Is.True);
        Assert.That(DetectionWalk.Find(Metric, Ramp((10, 5), (20, (int)Math.Ceiling(length.TotalMinutes) + 1)).Stages, 2), Is.Not.Null);
        Assert.That(DetectionWalk.Find(Metric, Ramp((10, 5), (20, (int)length.TotalMinutes - 2)).Stages, 2), Is.Null);
    }

    [TestCase(0.9,
        "90 % of stable's requests count already: no canary can have more than 1.1 times as many, and what is said of more is said of "
            + "that")]
    [TestCase(0.125,
        "12.5 % of stable's requests count already: no canary can have more than 8 times as many, and what is said of more is said of "
            + "that")]
    public void WhenStableHasMostOfWhatThereCanBe_ThenTheMostIsNamed(double rate, string expected) =>
        Assert.That(PlanWarnings.Collect(Metric with { Rate = rate }, Ramp((25, 60)), Window), Is.EqualTo([expected]));

    [Test]
    public void WhenStableHasAllThatThereCanBe_ThenNoStepIsBlamed() =>
        Assert.That(PlanWarnings.Collect(Metric with { Rate = 1 }, Ramp((1, 3), (25, 5)), Window),
            Is.EqualTo(["all of stable's requests count already: no canary can be worse, and nothing is seen"]));

    [Test]
    public void WhenAStepTakesAllTheTraffic_ThenThereIsNoStable() =>
        Assert.That(PlanWarnings.Collect(Metric, Ramp((25, 60), (100, 5)), Window)
            .Single(), Is.EqualTo("step 3 (weight 100) leaves stable no traffic to compare with: from there on nothing is seen"));

    [Test]
    public void WhenAStepIsLeftAtOnceOrNotMeasured_ThenThatIsSaid()
    {
        var blind = Ramp((25, 5));
        blind = blind with { Stages = [.. blind.Stages.Select(stage => stage with { Interval = null })] };

        Assert.That(PlanWarnings.Collect(Metric, blind, Window),
            Is.EqualTo(
                ["step 1 (weight 25) is not measured by this metric: analysis in the background, or a step of analysis, would look at "
                    + "it"]));
        var quick = new Ramp([new RampStep(0, Weight.FromPercent(5), TimeSpan.Zero)],
            [new PlannedStage(0, Weight.FromPercent(5), TimeSpan.Zero, null)]);
        Assert.That(PlanWarnings.Collect(Metric, quick, Window),
            Is.EqualTo(["step 1 (weight 5) is left at once: add a pause or an analysis behind it"]));
    }

    [Test]
    public void WhenThereAreNoSteps_ThenNothingIsCompared() =>
        Assert.That(PlanWarnings.Collect(Metric, new Ramp([], []), Window).Single(), Does.StartWith("there is no step that sets a weight"));

    private static Ramp Ramp(params (int Weight, int Minutes)[] steps) => new(
        [.. steps.Select((step, index) => new RampStep(2 * index, Weight.FromPercent(step.Weight), TimeSpan.FromMinutes(step.Minutes)))],
        [.. steps.Select((step, index) => new PlannedStage(2 * index, Weight.FromPercent(step.Weight), TimeSpan.FromMinutes(step.Minutes),
            Window) { IsNewRun = index == 0 })]);
}
