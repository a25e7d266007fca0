using System;
using System.Linq;
using Canary.Core.Planning;
using Canary.Core.Tests.Analysis.Objectives;
using NUnit.Framework;

namespace Canary.Core.Tests.Planning;

public sealed class GivenAnObjectiveToPlan
{
    // At a hundred requests a window the judge itself is the oracle.
    [TestCase(2)]
    [TestCase(5)]
    [TestCase(10)]
    public void WhenACanaryBurnsTooFast_ThenHalfOfThemAreFoundAboutWhenThePlanSays(double burn)
    {
        var metric = HeldRun.Metric;
        var random = new Random(3);
        int[] found = [.. Enumerable.Range(0, 101).Select(_ =>
            HeldRun.Fails(metric, random, 100, 2000, _ => burn * 0.01) ?? int.MaxValue).Order()];

        var planned = new ObjectivePlan(metric).FindMissed(burn, 100)!.Value;

        Assert.That(planned / 100, Is.InRange(0.5 * found[50], 1.5 * found[50]));
    }

    [Test]
    public void WhenNothingFails_ThenTheObjectiveIsKeptAfterTheReferencesNumberOfRequests()
    {
        Assert.That(new ObjectivePlan(HeldRun.With(0.999)).FindKept(0), Is.EqualTo(4512));
        Assert.That(new ObjectivePlan(HeldRun.With(0.95)).FindKept(0), Is.EqualTo(88));
        Assert.That(new ObjectivePlan(HeldRun.With(0.999)).FindKept(0.0005), Is.GreaterThan(20_000));
    }

    [Test]
    public void WhenItCannotBe_ThenThePlanSaysNever()
    {
        var plan = new ObjectivePlan(HeldRun.With(0.999));

        Assert.That(plan.FindKept(0.001), Is.Null);
        Assert.That(plan.FindMissed(1, 100), Is.Null);
        Assert.That(plan.FindMissed(2000, 100), Is.Null, "more than all cannot fail");
    }
}
