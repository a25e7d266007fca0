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
        Assert.That(Durations.UpTo(bound, DurationShape.Single, 1, 0), Is.EqualTo(share).Within(2e-3));

    [Test]
    public void WhenTheyAreTwiceAsLong_ThenTheMedianIs() =>
        Assert.That(Durations.UpTo(120, DurationShape.Single, 2, 0), Is.EqualTo(0.5).Within(1e-6));

    [Test]
    public void WhenATailIsAdded_ThenItLiesHalfASecondBehind()
    {
        Assert.That(Durations.UpTo(500, DurationShape.Single, 1, 0.02),
            Is.EqualTo(0.98 * Durations.UpTo(500, DurationShape.Single, 1, 0)).Within(1e-9));
        Assert.That(Durations.UpTo(100_000, DurationShape.Single, 1, 0.02), Is.EqualTo(1).Within(1e-9));
    }

    [Test]
    public void WhenTheyAreBimodal_ThenAFifthIsTenTimesAsLong() =>
        Assert.That((Durations.UpTo(30, DurationShape.Bimodal, 1, 0), Durations.UpTo(300, DurationShape.Bimodal, 1, 0)),
            Is.EqualTo((0.4, 0.9)).Using<(double, double)>((one, other) => System.Math.Abs(one.Item1 - other.Item1) < 0.01
                && System.Math.Abs(one.Item2 - other.Item2) < 0.01));

    [Test]
    public void WhenSomeTakeASlowPath_ThenATenthIsEightTimesAsLongAndTheOthersAreAsUsual()
    {
        var twice = DurationShape.SlowPath.With(new WorldEffect(SlowPathShare: 0.2));

        // Of those on the slow path half take 480 ms at most, and nearly all of the others.
        Assert.That(Durations.UpTo(480, DurationShape.SlowPath, 1, 0), Is.EqualTo(0.95).Within(3e-3));
        Assert.That(Durations.UpTo(480, twice, 1, 0), Is.EqualTo(0.9).Within(3e-3));
        Assert.That(Durations.UpTo(60, DurationShape.SlowPath, 1, 0), Is.EqualTo(0.45).Within(3e-3));
        Assert.That(DurationShape.SlowPath.With(WorldEffect.None), Is.EqualTo(DurationShape.SlowPath));
    }

    [Test]
    public void WhenBucketsAreFilled_ThenTheyHoldEverything()
    {
        var shares = new double[Durations.Buckets];

        Durations.Fill(shares, DurationShape.Bimodal, 1.5, 0.005);

        Assert.That(shares, Is.All.GreaterThanOrEqualTo(0));
        Assert.That(shares.Sum(), Is.EqualTo(1).Within(1e-12));
    }
}
