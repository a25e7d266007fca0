using System;
using System.Linq;
using Canary.Core.Statistics;
using MathNet.Numerics.Distributions;
using NUnit.Framework;

namespace Canary.Core.Tests.Statistics;

public sealed class GivenAProbability
{
    private static readonly double[] Probabilities =
    [
        .. Enumerable.Range(1, 999).Select(thousandth => thousandth / 1000.0),
        .. Enumerable.Range(4, 300).Select(power => Math.Pow(10, -power)),
        .. Enumerable.Range(4, 11).Select(power => 1 - Math.Pow(10, -power)),
    ];

    [Test]
    public void WhenItsQuantileIsAsked_ThenItIsThatOfAnIndependentLibrary() =>
        Assert.That(Probabilities.Where(p =>
            Math.Abs(NormalQuantile.Compute(p) - Normal.InvCDF(0, 1, p)) > 1e-12 * (1 + Math.Abs(NormalQuantile.Compute(p)))), Is.Empty);

    [Test]
    public void WhenTheQuantileIsPutBack_ThenTheProbabilityComesOut() =>
        Assert.That(Probabilities.Where(p => Math.Abs((Normal.CDF(0, 1, NormalQuantile.Compute(p)) / p) - 1) > 1e-11), Is.Empty);

    // From tables of the normal distribution.
    [TestCase(0.5, 0)]
    [TestCase(0.975, 1.959963984540054)]
    [TestCase(0.99, 2.326347874040841)]
    [TestCase(0.01, -2.326347874040841)]
    [TestCase(0.999, 3.090232306167814)]
    public void WhenItIsInATable_ThenTheQuantileIsTheTables(double p, double quantile) =>
        Assert.That(NormalQuantile.Compute(p), Is.EqualTo(quantile).Within(1e-14));

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(-0.1)]
    [TestCase(1.1)]
    [TestCase(double.NaN)]
    public void WhenItIsNone_ThenThereIsNoQuantile(double p) =>
        Assert.That(() => NormalQuantile.Compute(p), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
