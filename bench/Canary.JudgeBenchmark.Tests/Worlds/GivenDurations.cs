using System.Linq;
using Canary.JudgeBenchmark.Worlds;
using NUnit.Framework;

namespace Canary.JudgeBenchmark.Tests.Worlds;

public sealed class GivenDurations
{
    [TestCase(60, 0.5)]
    [TestCase(190, 0.95)]
    [TestCase(306.3, 0.99)]
    public void WhenNothingChanged_ThenTheyHaveTheQuantilesThatAreSaid(double bound, double share) =>
        Assert.That(Durations.UpTo(bound, false, 1, 0), Is.EqualTo(share).Within(2e-3));

    [Test]
    public void WhenTheyAreTwiceAsLong_ThenTheMedianIs() => Assert.That(Durations.UpTo(120, false, 2, 0), Is.EqualTo(0.5).Within(1e-6));

    [Test]
    public void WhenATailIsAdded_ThenItLiesHalfASecondBehind()
    {
        Assert.That(Durations.UpTo(500, false, 1, 0.02), Is.EqualTo(0.98 * Durations.UpTo(500, false, 1, 0)).Within(1e-9));
        Assert.That(Durations.UpTo(100_000, false, 1, 0.02), Is.EqualTo(1).Within(1e-9));
    }

    [Test]
    public void WhenTheyAreBimodal_ThenAFifthIsTenTimesAsLong() =>
        Assert.That((Durations.UpTo(30, true, 1, 0), Durations.UpTo(300, true, 1, 0)), Is.EqualTo((0.4, 0.9))
            .Using<(double, double)>((one, other) => System.Math.Abs(one.Item1 - other.Item1) < 0.01
                && System.Math.Abs(one.Item2 - other.Item2) < 0.01));

    [Test]
    public void WhenBucketsAreFilled_ThenTheyHoldEverything()
    {
        var shares = new double[Durations.Buckets];

        Durations.Fill(shares, true, 1.5, 0.005);

        Assert.That(shares, Is.All.GreaterThanOrEqualTo(0));
        Assert.That(shares.Sum(), Is.EqualTo(1).Within(1e-12));
    }
}
