using System;
using System.Linq;
using Canary.Core.Statistics;
using MathNet.Numerics.Distributions;
using NUnit.Framework;

namespace Canary.Core.Tests.Statistics;

public sealed class GivenNoiseThatIsNobodysFault
{
    [TestCase(0.2)]
    [TestCase(0.5)]
    public void WhenEachArmMovesEachMinute_ThenTheRatioSeldomGoesBeyond(double variation)
    {
        var random = new Random(7);
        const int runs = 4000;
        var beyond = Enumerable.Range(0, runs).Count(_ =>
        {
            var (ours, theirs) = (0.0, 0.0);
            for (var minute = 1; minute <= 60; minute++)
            {
                ours += Gamma.Sample(random, 1 / (variation * variation), 1 / (variation * variation));
                theirs += Gamma.Sample(random, 1 / (variation * variation), 1 / (variation * variation));
                if (ours / theirs >= NoiseAllowance.Ratio(minute, 1e9, 1e9)) return true;
            }

            return false;
        });

        // Not exact, since the logarithm of such noise is not normal: twice the nominal chance at most.
        Assert.That(beyond / (double)runs, Is.LessThanOrEqualTo(2 * NoiseAllowance.Alpha));
    }

    [Test]
    public void WhenMinutesGoBy_ThenLessIsAllowed()
    {
        var ratios = Enumerable.Range(1, 60).Select(minutes => NoiseAllowance.Ratio(minutes, 100 * minutes, 900 * minutes)).ToArray();

        Assert.That(ratios, Is.Ordered.Descending);
        Assert.That(ratios[^1], Is.GreaterThan(1));
        Assert.That(NoiseAllowance.Ratio(5, 20, 200), Is.GreaterThan(NoiseAllowance.Ratio(5, 2000, 20_000)),
            "few events vary by themselves");
        Assert.That(NoiseAllowance.Ratio(0, 100, 100), Is.EqualTo(double.PositiveInfinity));
        Assert.That(NoiseAllowance.Ratio(5, 100, 0), Is.EqualTo(double.PositiveInfinity));
    }
}
