using System;
using Canary.Core.Statistics;
using MathNet.Numerics.Distributions;
using NUnit.Framework;

namespace Canary.Core.Tests.Statistics;

public sealed class GivenAShareBelowALimit
{
    [TestCase(0.001, 4512)]
    [TestCase(0.005, 901)]
    [TestCase(0.01, 449)]
    [TestCase(0.05, 88)]
    public void WhenThereIsNoEvent_ThenItTakesAsManyRequestsAsPublished(double limit, int requests)
    {
        var least = 1;
        while (ShareBelow.LogEvidence(least, 0, limit) < Math.Log(20)) least++;

        Assert.That(least, Is.EqualTo(requests).Within(Math.Max(1, requests / 200)));
    }

    [TestCase(0.001, 0.001)]
    [TestCase(0.001, 0.002)]
    [TestCase(0.05, 0.05)]
    [TestCase(0.05, 0.3)]
    public void WhenTheShareIsAtTheLimitOrAbove_ThenTheMeanEvidenceIsAtMostOne(double limit, double share)
    {
        const int Requests = 400;
        var events = new Binomial(share, Requests);
        var mean = 0.0;
        for (var count = 0; count <= Requests; count++)
            mean += events.Probability(count) * Math.Exp(ShareBelow.LogEvidence(Requests, count, limit));

        Assert.That(mean, Is.LessThanOrEqualTo(1 + 1e-9));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(double.NaN)]
    public void WhenTheLimitIsNoShare_ThenItIsRefused(double limit) =>
        Assert.That(() => ShareBelow.LogEvidence(1, 0, limit), Throws.TypeOf<ArgumentOutOfRangeException>());

    [TestCase(1, 0.8)]
    [TestCase(5, 0.8)]
    [TestCase(200, 0.8)]
    public void WhenAMeanIsAskedFor_ThenTheCountIsReachedInThatShareOfCases(int count, double chance)
    {
        var mean = PoissonMean.Reaching(count, chance);

        Assert.That(1 - new Poisson(mean).CumulativeDistribution(count - 1), Is.EqualTo(chance).Within(0.01));
    }
}
