using Canary.JudgeBenchmark.Chance;
using MathNet.Numerics;
using MathNet.Numerics.Distributions;
using NUnit.Framework;

namespace Canary.JudgeBenchmark.Tests.Chance;

public sealed class GivenTails
{
    [Test]
    public void WhenFactorialsAreTaken_ThenTheyAreMathNets([Values(0, 1, 2, 10, 255, 256, 300, 100_000)] int number) =>
        Assert.That(LogFactorial.Of(number), Is.EqualTo(SpecialFunctions.GammaLn(number + 1.0))
            .Within(1e-9).Percent.Or.EqualTo(SpecialFunctions.GammaLn(number + 1.0)).Within(1e-9));

    [Test]
    public void WhenANormalTailIsTaken_ThenItIsMathNets([Values(-6, -2.5, -1, -0.1, 0, 0.3, 1.96, 4)] double z) =>
        Assert.That(Tail.NormalUpTo(z), Is.EqualTo(Normal.CDF(0, 1, z)).Within(2e-7));

    [TestCase(0, 100, 0.01)]
    [TestCase(1, 100, 0.01)]
    [TestCase(7, 1000, 0.01)]
    [TestCase(30, 1000, 0.01)]
    [TestCase(400, 1000, 0.5)]
    [TestCase(1000, 1000, 0.99)]
    public void WhenABinomialTailIsTaken_ThenItIsMathNets(int count, int trials, double chance) =>
        Assert.That(Tail.BinomialFrom(count, trials, chance), Is.EqualTo(1 - Binomial.CDF(chance, trials, count - 1)).Within(1e-9));

    [TestCase(1, 100)]
    [TestCase(20, 1000)]
    [TestCase(100, 100)]
    public void WhenALowerBoundIsTaken_ThenItIsTheQuantileOfTheBetaDistribution(int count, int trials) =>
        Assert.That(Tail.LowerBound(count, trials), Is.EqualTo(Beta.InvCDF(count, trials - count + 1, 0.001)).Within(1e-6));

    [Test]
    public void WhenNothingHappened_ThenTheLowerBoundIsZero() => Assert.That(Tail.LowerBound(0, 1000), Is.Zero);
}
