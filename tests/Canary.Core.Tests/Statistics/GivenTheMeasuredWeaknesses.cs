using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Statistics;
using Canary.Core.Statistics.Kayenta;
using NUnit.Framework;

namespace Canary.Core.Tests.Statistics;

/// <summary>What was measured of Kayenta's judge before it was written here: 10 % of the requests go to the canary, a point is a minute, a
/// run is an hour, 2,000 runs a cell there.</summary>
public sealed class GivenTheMeasuredWeaknesses
{
    private const int Minutes = 60;
    private const double ToPercent = 100;
    private static readonly SampleComparison Errors = new() { Direction = ShiftDirection.Increase, IsCritical = true };

    // Requests a second, share of errors, how many times worse, and the share of runs that a look every ten minutes at all points so far
    // rolled back.
    [TestCase(10, 0.001, 1, 0.000)]
    [TestCase(100, 0.005, 1, 0.004)]
    [TestCase(10, 0.001, 5, 0.003)]
    [TestCase(10, 0.01, 2, 0.72)]
    [TestCase(100, 0.0001, 5, 0.002)]
    [TestCase(100, 0.001, 2, 0.74)]
    [TestCase(100, 0.001, 5, 1.0)]
    [TestCase(100, 0.01, 1.5, 1.0)]
    [TestCase(1000, 0.001, 2, 1.0)]
    public void WhenTheArmsAreComparedEveryTenMinutes_ThenAsManyAreRolledBackAsWasMeasured(double perSecond, double share, double worse,
        double measured)
    {
        const int Runs = 400;

        var rolledBack = Rolled(Runs, perSecond, share, worse, 10);

        Assert.That(rolledBack, Is.EqualTo(measured).Within(Sampling(measured, Runs)));
    }

    [Test]
    public void WhenTheArmsAreAlikeAndComparedEveryMinute_ThenTheConfidenceIsNotKeptButNearlySo() =>
        Assert.That(Rolled(300, 100, 0.01, 1, 1), Is.InRange(0.0001, 0.026 + Sampling(0.026, 300)));

    // One-sided 5 %, a look a minute.
    [TestCase(100, 0.001)]
    [TestCase(100, 0.01)]
    [TestCase(10, 0.01)]
    public void WhenThePlainTestIsLookedAtEveryMinute_ThenItRejectsTenToTwentyFiveInAHundredOfWhatIsAlike(double perSecond, double share)
    {
        const int Runs = 300;
        var quantile = NormalQuantile.Compute(0.95);

        var rejected = Runs - Hours(Runs, perSecond, share, 1)
            .Count(hour => !Enumerable.Range(5, Minutes - 4)
                .Any(minute => new MannWhitney(hour.Canary[..minute], hour.Stable[..minute]).Z(0) > quantile));

        Assert.That(rejected / (double)Runs, Is.InRange(0.10 - Sampling(0.10, Runs), 0.25 + Sampling(0.25, Runs)));
    }

    [Test]
    public void WhenSharesAreGivenAsFractions_ThenNineInAHundredVerdictsAreThoseOfTheUnit()
    {
        const int Runs = 1000;

        var changed = Series(Runs).Count(one => Verdict(one, 1) != Verdict(one, 1e6));

        Assert.That(changed / (double)Runs, Is.EqualTo(0.09).Within(Sampling(0.09, Runs)));
    }

    [Test]
    public void WhenSharesAreGivenAsFractions_ThenTheBoundsCrossWithinTheToleranceAndInPartsPerMillionByNothingThatCounts()
    {
        var series = Series(200).ToArray();

        var crossed = series.Max(one => Shift(one, 1) is var shift ? shift.Low - shift.High : 0);
        var crossedInMillionths = series.Max(one => Shift(one, 1e6) is var shift ? (shift.Low - shift.High) / 1e6 : 0);

        Assert.That(crossed, Is.InRange(1e-6, 2 * BrentRoot.Tolerance));
        Assert.That(crossedInMillionths, Is.LessThanOrEqualTo(2e-10));
    }

    [Test]
    public void WhenMostPointsAreEqual_ThenNoUnitIsFineEnoughSinceTheVerdictIsThatOfTheToleranceAroundNothing()
    {
        const int Runs = 1000;

        var changed = Series(Runs).Where(one => Verdict(one, 1e6) != Verdict(one, 1e9)).Select(one => Shift(one, 1e6)).ToArray();

        Assert.That(changed.Length / (double)Runs, Is.EqualTo(0.09).Within(Sampling(0.09, Runs)));
        Assert.That(changed.Count(shift => Math.Abs(shift.Estimate) > BrentRoot.Tolerance || Math.Abs(shift.Low) > BrentRoot.Tolerance),
            Is.Zero);
    }

    [Test]
    public void WhenPointsAreSpreadOverMoreThanTheTolerance_ThenAFinerUnitChangesNoVerdict()
    {
        var random = new Random(15);
        var series = Enumerable.Range(0, 300)
            .Select(_ => (Samples.Normal(random, Minutes, 10 + random.NextDouble(), 1), Samples.Normal(random, Minutes, 10, 1))).ToArray();

        Assert.That(series.Count(one => Verdict(one, 1) == Classification.High), Is.InRange(50, 250));
        Assert.That(series.Count(one => Verdict(one, 1) != Verdict(one, 1e4)), Is.Zero);
    }

    private static double Rolled(int runs, double perSecond, double share, double worse, int every) =>
        Hours(runs, perSecond, share, worse)
        .Count(hour => Looks(every)
            .Any(minute =>
                SampleClassifier.Classify(Errors, hour.Canary[..minute], hour.Stable[..minute]).IsCriticalFailure)) / (double)runs;

    /// <summary>The first look is after ten points: with fewer nothing can be significant.</summary>
    private static IEnumerable<int> Looks(int every) =>
        Enumerable.Range(1, Minutes / every).Select(look => look * every).Where(minute => minute >= 10);

    private static IEnumerable<(double[] Canary, double[] Stable)> Hours(int runs, double perSecond, double share, double worse)
    {
        var random = new Random(20260101);
        var (few, many) = (perSecond * 60 * 0.1, perSecond * 60 * 0.9);
        return Enumerable.Range(0, runs).Select(_ => (Points(random, few, share * worse), Points(random, many, share)))
            .Select(hour => (Percent(hour.Item1), Percent(hour.Item2)));
    }

    private static double[] Percent(double[] shares) => [.. shares.Select(share => share * ToPercent)];

    private static double[] Points(Random random, double requests, double share) =>
        [.. Enumerable.Range(0, Minutes).Select(_ => Samples.Poisson(random, requests * share) / requests)];

    /// <summary>Sixty points of 600 requests; 0.05 % of errors on stable, twice that on the canary.</summary>
    private static IEnumerable<(double[] Canary, double[] Stable)> Series(int count)
    {
        var random = new Random(14);
        return Enumerable.Range(0, count).Select(_ => (Points(random, 600, 0.001), Points(random, 600, 0.0005)));
    }

    private static Classification Verdict((double[] Canary, double[] Stable) series, double unit) =>
        SampleClassifier.Classify(Errors, [.. series.Canary.Select(share => share * unit)],
            [.. series.Stable.Select(share => share * unit)]).Classification;

    private static ShiftInterval Shift((double[] Canary, double[] Stable) series, double unit) =>
        new MannWhitney(series.Canary.Select(share => share * unit), series.Stable.Select(share => share * unit)).Shift(0.98)!;

    /// <summary>Three and a half standard errors of the difference between a share of 2,000 runs and one of these, and half a percent for
    /// the rounding of what was printed.</summary>
    private static double Sampling(double share, int runs) =>
        0.005 + (3.5 * Math.Sqrt(share * (1 - share) * ((1.0 / 2000) + (1.0 / runs))));
}
