using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Planning;
using Canary.Core.Tests.Analysis;
using Canary.Core.Units;
using MathNet.Numerics.Distributions;
using NUnit.Framework;

namespace Canary.Core.Tests.Planning;

public sealed class GivenRaisesThatWaitForEvidence
{
    private static readonly MetricSpec Errors = A.ComparedErrors;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    [TestCase(100, 0.001, 5, 20)]
    [TestCase(100, 0.01, 0.5, 6)]
    [TestCase(20, 0.0, 5, 20)]
    public void WhenThePlanSaysHowLong_ThenHalfOfTheHealthyCanariesHaveItByThen(double perSecond, double rate, double least, double most)
    {
        var service = Service(perSecond, rate);
        var needed = EvidenceOutlook.UntilHarmless(Errors, service, Steps((10, 5), (50, 5)))!.Value;

        Assert.That(needed.TotalMinutes, Is.InRange(least, most));
        var shown = Enumerable.Range(0, 200).Count(seed => IsShown(new Random(seed), needed - Errors.Comparison!.Lag));
        Assert.That(shown, Is.InRange(rate == 0 ? 200 : 60, 200));

        bool IsShown(Random random, TimeSpan at50)
        {
            var evidence = Evidence.None;
            var now = 0;
            foreach (var (share, length) in new[] { (0.1, 300), (0.5, (int)Math.Ceiling(at50.TotalSeconds / 30) * 30) })
            {
                for (var end = now + length; now < end; now += 30)
                {
                    var (canary, stable) = ((long)(perSecond * 30 * share), (long)(perSecond * 30 * (1 - share)));
                    evidence = EvidenceSum.Add(Errors, evidence, CountedWindow.Make(
                        new(canary, [Binomial.Sample(random, rate, (int)canary)]),
                        new(stable, [Binomial.Sample(random, rate, (int)stable)])), A.At(now), A.At(now + 30));
                    if (SequentialJudge.FindLack(Errors, evidence, isFull: true) is null) return true;
                }
            }

            return false;
        }
    }

    [Test]
    public void WhenOneRequestASecondIsToBeSeenAt5Percent_ThenTheStepIsWarnedOf() =>
        Assert.That(EvidenceWarnings.Find(Errors, Service(1, 0.001), Steps((5, 2), (25, 2), (50, 2)), VerdictPolicy.Default),
            Is.EqualTo(new[]
            {
                "step 1 (weight 5) gives the canary 0.05 requests per second: the 300 that the next raise waits for take 1h40m, and after "
                    + "17m onInconclusive (pause) decides; weight 30 would be enough",
            }));

    [Test]
    public void WhenThereIsEnoughTraffic_ThenThereIsNoWarning() =>
        Assert.That(EvidenceWarnings.Find(Errors, Service(100, 0.001), Steps((5, 2), (25, 2), (50, 2)), VerdictPolicy.Default), Is.Empty);

    [Test]
    public void WhenTheEvidenceForTheLastRaiseComesTooLate_ThenThatIsWarnedOf() =>
        Assert.That(EvidenceWarnings.Find(Errors, Service(10, 0.002), Steps((5, 2), (50, 2)), VerdictPolicy.Default).Single(),
            Does.Match(@"^the evidence that the raise to 100 waits for takes [0-9hm]+ on average, and after 17m onInconclusive \(pause\) decides: "));

    [Test]
    public void WhenNoRaiseWaits_ThenThereIsNoWarning()
    {
        var lenient = Errors with { Comparison = Errors.Comparison! with { Require = Requirement.NoHarm } };

        Assert.That(EvidenceWarnings.Find(Errors, Service(1, 0.001), Steps((5, 2)), null), Is.Empty, "nothing runs in the background");
        Assert.That(EvidenceWarnings.Find(lenient, Service(10, 0.002), Steps((5, 2), (50, 2)), VerdictPolicy.Default), Is.Empty);
        Assert.That(EvidenceOutlook.UntilHarmless(Errors, Service(10, 0.002), new Ramp([], [])), Is.Null);
        Assert.That(EvidenceOutlook.UntilHarmless(Errors, Service(0.01, 0.002), Steps((5, 2))), Is.Null, "longer than a day");
    }

    private static Baseline Service(double perSecond, double rate) => Baseline.OfErrors(perSecond, 1e6, rate);

    private static Ramp Steps(params (int Weight, int Minutes)[] steps) => new(
        [.. steps.Select((step, index) => new RampStep(2 * index, Weight.FromPercent(step.Weight), TimeSpan.FromMinutes(step.Minutes)))],
        [.. steps.Select((step, index) => new PlannedStage(2 * index, Weight.FromPercent(step.Weight), TimeSpan.FromMinutes(step.Minutes),
            Window) { IsNewRun = index == 0 })]);
}
