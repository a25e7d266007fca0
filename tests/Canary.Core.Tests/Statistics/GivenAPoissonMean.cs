using Canary.Core.Statistics;
using MathNet.Numerics.Distributions;
using NUnit.Framework;

namespace Canary.Core.Tests.Statistics;

public sealed class GivenAPoissonMean
{
    [TestCase(1, 0.8)]
    [TestCase(5, 0.8)]
    [TestCase(200, 0.8)]
    public void WhenAMeanIsAskedFor_ThenTheCountIsReachedInThatShareOfCases(int count, double chance)
    {
        var mean = PoissonMean.Reaching(count, chance);

        Assert.That(1 - new Poisson(mean).CumulativeDistribution(count - 1), Is.EqualTo(chance).Within(0.01));
    }
}
