using System;
using System.Linq;
using Canary.Core.Analysis.Judging;
using Canary.Core.Statistics;
using MathNet.Numerics.Distributions;
using NUnit.Framework;

namespace Canary.Core.Tests.Statistics;

public sealed class GivenAStudentProcess
{
    [TestCase(0, 1)]
    [TestCase(0, 0.1)]
    [TestCase(-0.2, 0.5)]
    public void WhenTheMeanIsNotAbove0_ThenTheChanceToBeEverConvincedIsBounded(double mean, double deviation)
    {
        var random = new Random(11);

        Assert.That(EverConvinced(0.03, () => Normal.Sample(random, mean, deviation)), Is.LessThanOrEqualTo(0.03));
    }

    [TestCase(0.2)]
    [TestCase(0.5)]
    public void WhenBothRatesMoveEachMinute_ThenItIsBoundedToo(double variation)
    {
        var random = new Random(12);
        var shape = 1 / (variation * variation);

        Assert.That(EverConvinced(0.03, () => Math.Log(Gamma.Sample(random, shape, shape) / Gamma.Sample(random, shape, shape))),
            Is.LessThanOrEqualTo(0.03), "the logarithm of such noise is not normal");
    }

    [TestCase(0.5, 0.9, 0.7)]
    [TestCase(0.7, 0.2, 1.4, -0.3, 0.9)]
    [TestCase(0.5, 0.6, 0.4, 0.5, 0.7, 0.3, 0.5)]
    public void WhenItIsIntegrated_ThenTheEvidenceIsThatOrALittleLess(params double[] values)
    {
        var evidence = Math.Exp(LogEvidence(values));

        // Over delta from 0 on, half normal, and the logarithm of sigma, which is the right Haar prior.
        var exact = Integral(delta => 2 * Normal.PDF(0, Math.Sqrt(StudentProcess.Prior), delta) * Likelihood(values, delta), 0, 40)
            / Likelihood(values, 0);

        Assert.That(evidence / exact, Is.InRange(0.75, 1.0001));
    }

    [Test]
    public void WhenValuesHardlyVary_ThenThreeDecideAndTwoNever()
    {
        var bar = -Math.Log(SequentialJudge.MinutesAlpha * SequentialJudge.RatioShare);

        Assert.That(LogEvidence(0.7, 0.62, 0.75), Is.GreaterThan(bar));
        Assert.That(LogEvidence(0.7, 0.2, 1.2), Is.LessThan(bar));
        Assert.That(LogEvidence(1e6, 1e6), Is.LessThan(bar));
        Assert.That(LogEvidence(1e6), Is.EqualTo(double.NegativeInfinity));
        Assert.That(LogEvidence(), Is.EqualTo(double.NegativeInfinity));
        Assert.That(LogEvidence(-0.7, -0.62, -0.75), Is.EqualTo(double.NegativeInfinity), "better is not worse");
    }

    [Test]
    public void WhenAllValuesAreTheSame_ThenTheEvidenceIsFinite([Values(2, 3, 60, 100_000)] int count,
        [Values(1e-9, 0.7, 1e6)] double value)
    {
        Assert.That(StudentProcess.LogEvidence(count, count * value, count * value * value), Is.Not.NaN.And.LessThan(double.MaxValue)
            .And.GreaterThan(double.MinValue));
        Assert.That(StudentProcess.Deviation(count, count * value, count * value * value),
            Is.GreaterThanOrEqualTo(StudentProcess.LeastDeviation).And.LessThan(1e6));
    }

    [Test]
    public void WhenValuesLieLower_ThenThereIsLessEvidence()
    {
        double[] values = [0.7, 0.2, 1.4, 0.3, 0.9];
        var logs = Enumerable.Range(0, 8).Select(step => LogEvidence([.. values.Select(value => value - (step * 0.08))])).ToArray();

        Assert.That(logs, Is.Ordered.Descending);
    }

    [Test]
    public void WhenMinutesComeInAnotherOrder_ThenTheEvidenceIsTheSame()
    {
        (long Events, long StableEvents)[] minutes = [(12, 51), (0, 47), (19, 60), (9, 0), (14, 58)];
        var (one, other) = (Sum(minutes), Sum([.. minutes.Reverse()]));

        Assert.That(one.Minutes, Is.EqualTo(5));
        Assert.That((one.Sum, one.Squares), Is.EqualTo((other.Sum, other.Squares)).Within(1e-5));
        Assert.That(one.LogEvidence, Is.EqualTo(other.LogEvidence).Within(1e-4));

        static MinuteRatios Sum((long Events, long StableEvents)[] minutes) => minutes.Aggregate(MinuteRatios.None,
            (sum, minute) => sum.Add(1000, minute.Events, 9000, minute.StableEvents));
    }

    [TestCase(0, 5, 900, 3)]
    [TestCase(100, 5, 0, 0)]
    [TestCase(100, 0, 900, 0)]
    public void WhenThereIsNothingToCompare_ThenTheMinuteIsSkipped(long requests, long events, long stableRequests, long stableEvents) =>
        Assert.That(MinuteRatios.None.Add(requests, events, stableRequests, stableEvents), Is.EqualTo(MinuteRatios.None));

    [TestCase(100, 2, 900, 18, 0, 0)]
    [TestCase(900, 18, 100, 2, 0, 0)]
    [TestCase(100, 0, 900, 18, -3, -1)]
    [TestCase(100, 2, 900, 0, 1, 3)]
    [TestCase(100_000, 2000, 900_000, 9000, 0.69, 0.6932)]
    public void WhenAMinuteIsCounted_ThenItHasTheRatioOfItsRates(long n, long events, long stable, long theirs, double least,
        double most) =>
        Assert.That(MinuteRatios.None.Add(n, events, stable, theirs).Sum, Is.InRange(least, most));

    [TestCase(3, 0.7, 0.1)]
    [TestCase(4, 0.4, 0.1)]
    [TestCase(6, 0.4, 0.25)]
    [TestCase(12, 0.4, 0.3)]
    [TestCase(40, 0.4, 0.6)]
    public void WhenItIsPlanned_ThenThatManyAreFoundByThen(int minutes, double mean, double deviation)
    {
        const double alpha = 0.027;
        const int runs = 4000;
        var random = new Random(13);
        var found = Enumerable.Range(0, runs).Count(_ =>
            LogEvidence([.. Enumerable.Range(0, minutes).Select(_ => Normal.Sample(random, mean, deviation))]) >= -Math.Log(alpha));

        Assert.That(StudentAgreement.Chance(minutes, alpha, mean, deviation), Is.EqualTo(found / (double)runs).Within(0.08));
    }

    [Test]
    public void WhenTheLeastRatioIsAsked_ThenItsChanceIsTheOneAskedFor()
    {
        var ratio = StudentAgreement.Ratio(10, 0.027, 0.8, 20, 180, double.PositiveInfinity);

        Assert.That(StudentAgreement.Chance(10, 0.027, Math.Log(ratio), Math.Sqrt((1 / (20 * ratio)) + (1 / 180.0))),
            Is.EqualTo(0.8).Within(1e-3));
        Assert.That(StudentAgreement.Ratio(10, 0.027, 0.8, 20, 180, 0.6), Is.GreaterThan(ratio), "minutes were seen to vary more");
        Assert.That(StudentAgreement.Ratio(2, 0.027, 0.8, 20, 180, 0.1), Is.EqualTo(double.PositiveInfinity));
        Assert.That(StudentAgreement.Ratio(0, 0.027, 0.8, 0, 0, 0.1), Is.EqualTo(double.PositiveInfinity));
    }

    private static double LogEvidence(params double[] values) =>
        StudentProcess.LogEvidence(values.Length, values.Sum(), values.Sum(value => value * value));

    // In an hour.
    private static double EverConvinced(double alpha, Func<double> draw)
    {
        const int runs = 10_000;
        return Enumerable.Range(0, runs).Count(_ =>
        {
            var (sum, squares) = (0.0, 0.0);
            for (var minute = 1; minute <= 60; minute++)
            {
                var value = draw();
                (sum, squares) = (sum + value, squares + (value * value));
                if (StudentProcess.LogEvidence(minute, sum, squares) >= -Math.Log(alpha)) return true;
            }

            return false;
        }) / (double)runs;
    }

    private static double Likelihood(double[] values, double delta) => Integral(log =>
    {
        var sigma = Math.Exp(log);
        return Math.Exp(-values.Sum(value => log + (Math.Pow((value / sigma) - delta, 2) / 2)));
    }, -8, 6);

    private static double Integral(Func<double, double> function, double from, double to)
    {
        const int steps = 1000;
        var width = (to - from) / steps;
        var inside = Enumerable.Range(1, steps - 1).Sum(step => function(from + (step * width)));
        return width * (((function(from) + function(to)) / 2) + inside);
    }
}
