using Canary.JudgeBenchmark.Reading;
using Canary.JudgeBenchmark.Worlds;
using NUnit.Framework;

namespace Canary.JudgeBenchmark.Tests.Reading;

/// <summary>Increases that were worked out by hand after the source of Prometheus.</summary>
public sealed class GivenACounterThatIsScraped
{
    private static readonly double[] Bounds = [10, 100, 1000];

    [Test]
    public void WhenFourSamplesLieInAMinute_ThenTheyAreStretchedByAThird() =>
        // 30 in 45 s, 5 s to the start, 10 s to the end: 30 x 60 / 45.
        Assert.That(RangeFunctions.Increase(Of((5, 100), (20, 110), (35, 120), (50, 130)), 60_000, 60_000), Is.EqualTo(40).Within(1e-9));

    [Test]
    public void WhenASampleLiesAtTheStart_ThenItIsLeftOut() =>
        // The window is open to the left: 20 in 30 s, 15 s to the start, 15 s to the end.
        Assert.That(RangeFunctions.Increase(Of((0, 100), (15, 110), (30, 120), (45, 130)), 60_000, 60_000), Is.EqualTo(40).Within(1e-9));

    [Test]
    public void WhenItWasBornInTheWindow_ThenItsFirstValueIsNotSeen() =>
        // 2 in 15 s; 35 s to the start are too many, half a spacing is taken; 10 s to the end.
        Assert.That(RangeFunctions.Increase(Of((35, 2), (50, 4)), 60_000, 60_000), Is.EqualTo(2 * (15 + 7.5 + 10) / 15).Within(1e-9));

    [Test]
    public void WhenItWasNearZero_ThenItIsNotExtrapolatedBelow() =>
        // It was zero half a second before the first sample.
        Assert.That(RangeFunctions.Increase(Of((10, 1), (25, 31)), 30_000, 30_000), Is.EqualTo(30 * (15 + 0.5 + 5) / 15).Within(1e-9));

    [Test]
    public void WhenItWasSetBack_ThenWhatItShowsSinceIsAdded() =>
        // 10, then 7 after the reset, then 3: 20 in 45 s, stretched to 60; zero lies further back than the start.
        Assert.That(RangeFunctions.Increase(Of((5, 100), (20, 110), (35, 7), (50, 10)), 60_000, 60_000), Is.EqualTo(20 * 60 / 45.0)
            .Within(1e-9));

    [Test]
    public void WhenTheEndIsFar_ThenHalfASpacingIsTaken() =>
        Assert.That(RangeFunctions.Increase(Of((5, 100), (20, 110)), 60_000, 60_000), Is.EqualTo(10 * (15 + 5 + 7.5) / 15).Within(1e-9));

    [Test]
    public void WhenThereIsOneSample_ThenThereIsNoResult()
    {
        Assert.That(RangeFunctions.Increase(Of((30, 5)), 60_000, 60_000), Is.Null);
        Assert.That(RangeFunctions.Increase(Of((30, 5), (45, 6)), 30_000, 30_000), Is.Null);
        Assert.That(RangeFunctions.Increase(new SeriesSamples(), 60_000, 60_000), Is.Null);
    }

    [TestCase(0.5, 55)]
    [TestCase(0.05, 5)]
    [TestCase(0.9, 100)]
    [TestCase(0.95, 1000)]
    [TestCase(0.99, 1000)]
    public void WhenAQuantileIsAsked_ThenItIsLinearInItsBucket(double quantile, double expected) =>
        // 10 up to 10 ms, 80 up to 100 ms, 5 up to 1 s, 5 beyond.
        Assert.That(RangeFunctions.Quantile(quantile, Bounds, [10, 90, 95, 100]), Is.EqualTo(expected).Within(1e-9));

    [Test]
    public void WhenNothingWasObserved_ThenTheQuantileIsNotANumber() =>
        Assert.That(RangeFunctions.Quantile(0.5, Bounds, [0, 0, 0, 0]), Is.NaN);

    private static SeriesSamples Of(params (int Second, double Value)[] samples)
    {
        var series = new SeriesSamples();
        foreach (var (second, value) in samples) series.Add(second * 1000, value);
        return series;
    }
}
