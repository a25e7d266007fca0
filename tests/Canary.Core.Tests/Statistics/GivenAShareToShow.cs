using System;
using Canary.Core.Statistics;
using MathNet.Numerics;
using MathNet.Numerics.Distributions;
using NUnit.Framework;

namespace Canary.Core.Tests.Statistics;

public sealed class GivenAShareToShow
{
    // How many requests without an error it takes until the upper bound is this low: the published numbers.
    [TestCase(0.001, 3838)]
    [TestCase(0.005, 764)]
    [TestCase(0.01, 380)]
    [TestCase(0.05, 73)]
    public void WhenThereIsNoError_ThenTheUpperBoundIsThePublishedOne(double bound, int requests)
    {
        // Published to the nearest request.
        Assert.That(WilsonInterval.Of(0, requests + 1).High, Is.LessThanOrEqualTo(bound));
        Assert.That(WilsonInterval.Of(0, requests - 1).High, Is.GreaterThan(bound));
    }

    [TestCase(37, 902)]
    [TestCase(1, 40)]
    [TestCase(500, 500)]
    public void WhenThereAreErrors_ThenEachBoundIsWhereTheScoreTestTurns(double events, double all)
    {
        var interval = WilsonInterval.Of(events, all);
        var z = Normal.InvCDF(0, 1, 0.975);

        // Oracle: the roots of the score equation, found by MathNet.
        double Score(double share) => ((share - (events / all)) * (share - (events / all))) - (z * z * share * (1 - share) / all);
        Assert.That(interval.Low, Is.EqualTo(FindRoots.OfFunction(Score, 0, (events - 0.001) / all, 1e-12)).Within(1e-9));
        if (events < all) Assert.That(interval.High, Is.EqualTo(FindRoots.OfFunction(Score, events / all, 1, 1e-12)).Within(1e-9));
        else Assert.That(interval.High, Is.EqualTo(1));
    }

    [TestCase(1, 0)]
    [TestCase(3, 2)]
    [TestCase(double.NaN, 2)]
    public void WhenItIsNoShare_ThenItIsRefused(double events, double all) =>
        Assert.That(() => WilsonInterval.Of(events, all), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
