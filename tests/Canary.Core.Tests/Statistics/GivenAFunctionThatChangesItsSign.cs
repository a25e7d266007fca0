using System;
using System.Collections.Generic;
using Canary.Core.Statistics;
using MathNet.Numerics.RootFinding;
using NUnit.Framework;

namespace Canary.Core.Tests.Statistics;

public sealed class GivenAFunctionThatChangesItsSign
{
    private static readonly (Func<double, double> Of, double Low, double High)[] Functions =
    [
        (x => (x * x * x) - (2 * x) - 5, 2, 3),
        (x => Math.Exp(-x) - x, -3, 5),
        (x => 1 - Math.Pow(x, 9), 0, 4),
        (x => Math.Atan(x - 1000), -1e5, 1e6),
        (x => Math.Cbrt(x - 0.3), -1, 17),
    ];

    [TestCaseSource(nameof(Cases))]
    public void WhenItIsContinuous_ThenTheRootIsThatOfAnIndependentLibraryWithinTheTolerance(Func<double, double> of, double low,
        double high) =>
        Assert.That(BrentRoot.Find(of, low, high), Is.EqualTo(Bisection.FindRoot(of, low, high, 1e-12, 1000)).Within(BrentRoot.Tolerance));

    [TestCaseSource(nameof(Cases))]
    public void WhenItIsTurnedOver_ThenTheRootIsTheSame(Func<double, double> of, double low, double high) =>
        Assert.That(BrentRoot.Find(x => -of(x), low, high), Is.EqualTo(BrentRoot.Find(of, low, high)));

    [Test]
    public void WhenItJumps_ThenThePlaceOfTheJumpIsFoundWithinTheTolerance()
    {
        var random = new Random(20);

        for (var round = 0; round < 200; round++)
        {
            var (jump, above, below) = ((random.NextDouble() * 2000) - 1000, random.NextDouble() * 50, random.NextDouble() * 50);
            Assert.That(BrentRoot.Find(x => x < jump ? 0.01 + above : -0.01 - below, -1000, 1000), Is.EqualTo(jump)
                .Within(BrentRoot.Tolerance));
        }
    }

    [Test]
    public void WhenItIsSmooth_ThenInterpolationNeedsFarFewerLooksThanHalving()
    {
        var looks = 0;

        BrentRoot.Find(x => { looks++; return Math.Exp(-x) - x; }, -3, 5);

        // Halving 8 down to 0.0001 takes 17 looks and the two at the ends.
        Assert.That(looks, Is.LessThan(12));
    }

    [Test]
    public void WhenTheEndsAreWithinTheTolerance_ThenTheNearerOneIsTheAnswerSinceTheToleranceIsAbsolute()
    {
        Assert.That(BrentRoot.Find(x => x - 3e-6, 0, 1e-5), Is.EqualTo(0));
        Assert.That(BrentRoot.Find(x => x - 8e-6, 0, 1e-5), Is.EqualTo(1e-5));
    }

    [Test]
    public void WhenAnEndIsARoot_ThenItIsTheAnswer()
    {
        Assert.That(BrentRoot.Find(x => x - 2, 2, 7), Is.EqualTo(2));
        Assert.That(BrentRoot.Find(x => x - 7, 2, 7), Is.EqualTo(7));
    }

    [Test]
    public void WhenItHasNoValueSomewhereOnTheWay_ThenThereIsNoRoot()
    {
        Assert.That(BrentRoot.Find(x => x > -0.5 && x < 0.5 ? double.NaN : x, -1, 2), Is.NaN);
        Assert.That(BrentRoot.Find(x => x > 1 ? double.NaN : x, -1, 2), Is.NaN);
        Assert.That(BrentRoot.Find(x => x < 0 ? double.NaN : x - 1, -1, 2), Is.NaN);
    }

    private static IEnumerable<TestCaseData> Cases()
    {
        foreach (var (of, low, high) in Functions) yield return new TestCaseData(of, low, high).SetArgDisplayNames($"from {low} to {high}");
    }
}
