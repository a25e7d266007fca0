using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis.Objectives;

/// <summary>Simulated canaries, with fixed seeds, looked at after each window.</summary>
public sealed class GivenACanaryAtItsObjective
{
    // A version that just keeps its objective is the worst that must not be rolled back.
    [TestCase(30, 0.99)]
    [TestCase(300, 0.999)]
    [TestCase(300, 0.95)]
    public void WhenItIsLookedAtForTwoHours_ThenAtMostAlphaAreRolledBack(double requests, double target)
    {
        const int runs = 600;
        var random = new Random(17);
        // A tenth is easier to count than a hundredth.
        var held = HeldRun.With(target);
        var metric = held with { Comparison = held.Comparison! with { Alpha = 0.1 } };

        var failed = Enumerable.Range(0, runs).Count(_ => HeldRun.Fails(metric, random, requests, 240, _ => 1 - target) is not null);

        Assert.That(failed, Is.LessThanOrEqualTo(0.1 * runs));
    }

    [Test]
    public void WhenTheGuardsAreOff_ThenTheOddsAloneKeepAlphaAndAreNoLooserThanTheyNeedToBe()
    {
        const int runs = 1000;
        var random = new Random(23);
        var metric = HeldRun.With(0.98, burnRate: 1);

        var crossed = Enumerable.Range(0, runs).Count(_ =>
        {
            var evidence = Evidence.None;
            for (var window = 1; window <= 200; window++)
            {
                evidence = HeldRun.Add(metric, evidence, 100, MathNet.Numerics.Distributions.Binomial.Sample(random, 0.02, 100));
                if (ObjectiveJudge.LogOdds(evidence with { Steps = Unsteadiness.None }) >= Math.Log(10)) return true;
            }

            return false;
        });

        Assert.That(crossed, Is.InRange(0.01 * runs, 0.1 * runs));
    }

    [Test]
    public void WhenItGetsWorseAfterGoodHours_ThenItIsFoundNearlyAsSoonAsAtTheStart()
    {
        var random = new Random(5);
        var metric = HeldRun.With(0.999);

        // Four hours without more errors than half of what is allowed, at ten requests a second; then ten times what is.
        int?[] late = [.. Enumerable.Range(0, 60).Select(_ =>
            HeldRun.Fails(metric, random, 300, 600, window => window <= 480 ? 0.0005 : 0.01))];
        int?[] early = [.. Enumerable.Range(0, 60).Select(_ => HeldRun.Fails(metric, random, 300, 120, _ => 0.01))];

        Assert.That(late, Has.None.Null.And.None.LessThanOrEqualTo(480));
        Assert.That(late.Average() - 480, Is.LessThan(3.5 * early.Average()!.Value));
        Assert.That(late.Average() - 480, Is.LessThan(20), "ten minutes");
    }

    [Test]
    public void WhenErrorsComeInBurstsWithinTheObjective_ThenFewAreRolledBack()
    {
        var random = new Random(11);
        var metric = HeldRun.With(0.99);

        // Ten requests a second; every twelfth window has a tenth of its requests failing, the others next to none: 0.9 % in all.
        var failed = Enumerable.Range(0, 200).Count(_ =>
            HeldRun.Fails(metric, random, 300, 240, _ => random.Next(12) == 0 ? 0.1 : 0.0006) is not null);

        Assert.That(failed, Is.LessThanOrEqualTo(20));
    }
}
