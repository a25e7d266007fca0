using System;
using System.Linq;
using Canary.JudgeBenchmark.Chance;
using MathNet.Numerics.Distributions;
using NUnit.Framework;

namespace Canary.JudgeBenchmark.Tests.Chance;

public sealed class GivenAStreamOfRandomNumbers
{
    private const int Draws = 20_000;

    // The distance of Kolmogorov and Smirnov that one in ten thousand exceeds; of discrete distributions fewer.
    private static readonly double Most = 2.23 / Math.Sqrt(Draws);

    [TestCase(0.02)]
    [TestCase(0.9)]
    [TestCase(9.9)]
    [TestCase(10.1)]
    [TestCase(37)]
    [TestCase(4_000)]
    [TestCase(2_500_000)]
    public void WhenCountsArePoisson_ThenTheyAreSpreadAsMathNetSays(double mean)
    {
        var stream = new RandomStream(7);
        var counts = Enumerable.Range(0, Draws).Select(_ => (double)stream.Poisson(mean)).ToArray();

        Assert.That(Distance(counts, new Poisson(mean).CumulativeDistribution), Is.LessThan(Most));
    }

    [TestCase(1, 0.3)]
    [TestCase(500, 0.001)]
    [TestCase(90, 0.11)]
    [TestCase(40, 0.5)]
    [TestCase(100, 0.97)]
    [TestCase(15_000, 0.01)]
    [TestCase(135_000, 0.1)]
    public void WhenCountsAreBinomial_ThenTheyAreSpreadAsMathNetSays(int trials, double chance)
    {
        var stream = new RandomStream(8);
        var counts = Enumerable.Range(0, Draws).Select(_ => (double)stream.Binomial(trials, chance)).ToArray();

        Assert.That(counts, Is.All.InRange(0, trials));
        Assert.That(Distance(counts, new Binomial(chance, trials).CumulativeDistribution), Is.LessThan(Most));
    }

    [Test]
    public void WhenNothingCanHappen_ThenNothingDoes()
    {
        var stream = new RandomStream(9);

        Assert.That(new[] { stream.Poisson(0), stream.Binomial(10, 0), stream.Binomial(0, 0.5), stream.Binomial(10, 1) },
            Is.EqualTo(new long[] { 0, 0, 0, 10 }));
    }

    [TestCase(0.2)]
    [TestCase(0.5)]
    [TestCase(1)]
    public void WhenFactorsAreGamma_ThenTheyAreSpreadAsMathNetSays(double variation)
    {
        var stream = new RandomStream(10);
        var shape = 1 / (variation * variation);

        Assert.That(Distance([.. Enumerable.Range(0, Draws).Select(_ => stream.GammaOfMeanOne(variation))],
            new Gamma(shape, shape).CumulativeDistribution), Is.LessThan(Most));
    }

    [Test]
    public void WhenNumbersAreNormalOrUniform_ThenTheyAreSpreadAsMathNetSays()
    {
        var stream = new RandomStream(11);

        Assert.That(Distance([.. Enumerable.Range(0, Draws).Select(_ => stream.Normal())], new Normal().CumulativeDistribution),
            Is.LessThan(Most));
        Assert.That(Distance([.. Enumerable.Range(0, Draws).Select(_ => stream.Uniform())], new ContinuousUniform().CumulativeDistribution),
            Is.LessThan(Most));
    }

    [Test]
    public void WhenItIsRestarted_ThenItBeginsAnew()
    {
        var stream = new RandomStream(5);
        var first = (stream.Next(), stream.Normal(), stream.Normal());

        stream.Normal();
        stream.Restart(5);

        Assert.That((stream.Next(), stream.Normal(), stream.Normal()), Is.EqualTo(first));
        Assert.That(new RandomStream(6).Next(), Is.Not.EqualTo(first.Item1));
    }

    [Test]
    public void WhenSeedsAreMixed_ThenNeighboursAreStrangers()
    {
        var seeds = Enumerable.Range(0, 1000)
            .SelectMany(one =>
                new[] { RandomStream.Mix(1, (ulong)one), RandomStream.Mix(2, (ulong)one), RandomStream.Mix(1, $"run {one}") });

        Assert.That(seeds, Is.Unique);
    }

    private static double Distance(double[] values, Func<double, double> cumulative)
    {
        Array.Sort(values);
        var most = 0.0;
        for (var index = 0; index < values.Length; index++)
        {
            // Of equal ones the last, where the empirical distribution has its value.
            if (index + 1 < values.Length && values[index + 1] == values[index]) continue;
            most = Math.Max(most, Math.Abs(cumulative(values[index]) - ((index + 1.0) / values.Length)));
        }

        return most;
    }
}
