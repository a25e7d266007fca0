using System;
using Canary.Core.Statistics;
using MathNet.Numerics.Distributions;
using NUnit.Framework;

namespace Canary.Core.Tests.Statistics;

/// <summary>Clopper and Pearson's interval, against an independent Beta distribution.</summary>
public sealed class GivenAShareAndItsExactRange
{
    [Test]
    public void WhenItIsComputed_ThenItAgreesWithTheBetaDistribution([Values(0, 0.5, 1, 3, 11.25)] double events,
        [Values(12, 48.5, 1000, 100_000)] double all)
    {
        var found = ClopperPearsonInterval.Of(events, all);

        Assert.That(found.Low, Is.EqualTo(events == 0 ? 0 : Beta.InvCDF(events, all - events + 1, 0.025)).Within(1e-7));
        Assert.That(found.High, Is.EqualTo(Beta.InvCDF(events + 1, all - events, 0.975)).Within(1e-7));
    }

    [Test]
    public void WhenNoneOfTwelveHappened_ThenItIsBelowTwentySixOfAHundred() =>
        Assert.That(ClopperPearsonInterval.Of(0, 12).High,
            Is.EqualTo(1 - Math.Pow(0.025, 1.0 / 12)).Within(1e-9).And.EqualTo(0.2646).Within(1e-4));

    [Test]
    public void WhenAllHappened_ThenItIsTheOtherWayRound() =>
        Assert.That((ClopperPearsonInterval.Of(12, 12).Low, ClopperPearsonInterval.Of(12, 12).High),
            Is.EqualTo((1 - ClopperPearsonInterval.Of(0, 12).High, 1.0)).Within(1e-12));

    [TestCase(0.01, 368)]
    [TestCase(0.05, 72)]
    public void WhenAShareIsToBeShown_ThenSoManyWithoutOneAreNeeded(double share, int expected)
    {
        Assert.That(ClopperPearsonInterval.Needed(share), Is.EqualTo(expected));
        Assert.That(ClopperPearsonInterval.Of(0, expected).High, Is.LessThanOrEqualTo(share));
        Assert.That(ClopperPearsonInterval.Of(0, expected - 1).High, Is.GreaterThan(share));
    }

    [Test]
    public void WhenThereIsNothingToHaveAShareOf_ThenItIsRefused()
    {
        Assert.That(() => ClopperPearsonInterval.Of(0, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => ClopperPearsonInterval.Of(2, 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
