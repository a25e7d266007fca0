using System;
using System.Linq;
using Canary.Core.Placebo;
using Canary.Core.Tests.Analysis;
using NUnit.Framework;

namespace Canary.Core.Tests.Placebo;

/// <summary>Two groups of one version's pods, over 5, 15 and 60 minutes.</summary>
public sealed class GivenTheNoiseOfASide
{
    private static SideNoise Measure(PastCounters past, double hours, int minutes) => SideNoise.Measure(A.ComparedErrors, past, A.At(300),
        A.At(hours * 3600), TimeSpan.FromMinutes(minutes), pods => pods / 4, 1);

    [Test]
    public void WhenErrorsAreIndependent_ThenChanceExplainsAllOfIt([Values(5, 15, 60)] int minutes)
    {
        var noise = Measure(Wandering.Alike(4, hours: 48), 48, minutes);

        Assert.That(noise.Windows, Is.EqualTo((48 * 60 / minutes) - 1));
        Assert.That(noise.Overdispersion, Is.EqualTo(1).Within(0.35));
        Assert.That(noise.Variation, Is.LessThan(0.06));
    }

    [Test]
    public void WhenPodsDifferForGood_ThenItIsTheSameOverAnyTime([Values(5, 15, 60)] int minutes)
    {
        double[] factors = [0.6, 0.8, 1.2, 1.4];
        var past = PastCounters.Join([Wandering.Counters(4, 24, (pod, _) => factors[pod])]);

        // One pod against the three others: the exact mean of the squared difference of the two rates, by the rate of all.
        var expected = Math.Sqrt(factors.Average(one => Math.Pow(one - ((4 - one) / 3), 2)));

        Assert.That(Measure(past, 24, minutes).Variation, Is.EqualTo(expected).Within(0.04));
    }

    [Test]
    public void WhenPodsWanderOverFifteenMinutes_ThenItLastsForThoseAndNotForAnHour()
    {
        var past = Wandering.Each(4, hours: 72, deviation: 0.5, minutes: 15);

        double[] variation = [.. new[] { 5, 15, 60 }.Select(minutes => Measure(past, 72, minutes).Variation)];

        Assert.That(variation, Is.Ordered.Descending);
        Assert.That(variation[0], Is.InRange(0.35, 0.75));
        Assert.That(variation[2], Is.InRange(0.15, variation[0] * 0.75));
    }

    [Test]
    public void WhenNothingFails_ThenNothingIsSaid()
    {
        var noise = Measure(PastCounters.Join([Wandering.Counters(4, 3, (_, _) => 0)]), 3, 15);

        Assert.That((noise.Windows, noise.Overdispersion, noise.Variation), Is.EqualTo((11, double.NaN, double.NaN)));
    }
}
