using System;
using System.Linq;
using Canary.Core.Statistics;
using MathNet.Numerics.Distributions;
using NUnit.Framework;

namespace Canary.Core.Tests.Statistics;

public sealed class GivenAnObjectiveProcess
{
    [TestCase(0.001, 4512)]
    [TestCase(0.005, 901)]
    [TestCase(0.01, 449)]
    [TestCase(0.05, 88)]
    public void WhenNothingFails_ThenTheObjectiveIsShownAfterTheReferencesNumberOfRequests(double limit, int requests)
    {
        Assert.That(BelowObjective.LogEvidence(limit, requests, 0), Is.GreaterThanOrEqualTo(Math.Log(20)).Within(1e-6));
        Assert.That(BelowObjective.LogEvidence(limit, requests - 2, 0), Is.LessThan(Math.Log(20)));
    }

    // The integral is an incomplete beta function.
    [TestCase(0.001, 30_000, 7)]
    [TestCase(0.01, 100, 1)]
    [TestCase(0.05, 2_000, 60)]
    [TestCase(0.05, 2_000, 130)]
    [TestCase(0.3, 50, 0)]
    public void WhenSomeFail_ThenTheEvidenceIsTheMeanOverAllSmallerRates(double limit, int requests, int events)
    {
        var (first, second) = (events + 1.0, requests - events + 1.0);
        var expected = Math.Log(Beta.CDF(first, second, limit)) + MathNet.Numerics.SpecialFunctions.BetaLn(first, second)
            - (first * Math.Log(limit)) - ((second - 1) * Math.Log(1 - limit));

        Assert.That(BelowObjective.LogEvidence(limit, requests, events), Is.EqualTo(expected).Within(1e-5));
    }

    [Test]
    public void WhenTheRateIsWithinTheLimit_ThenNoFactorIsExpectedToBeAboveOne(
        [Values(0.0005, 0.01, 0.2)] double limit, [Values(0, 0.3, 1)] double part, [Values(1, 7, 60)] int requests)
    {
        var process = new ObjectiveProcess(limit);

        for (var alternative = 0; alternative < ObjectiveProcess.Size; alternative++)
        {
            var mean = Enumerable.Range(0, requests + 1).Sum(events => Binomial.PMF(part * limit, requests, events)
                * Math.Exp(process.LogFactors(requests, events)[alternative]));

            Assert.That(mean, part == 1 ? Is.EqualTo(1).Within(1e-9) : Is.LessThan(1));
        }
    }

    [Test]
    public void WhenTheRateIsAtTheLimit_ThenWhatBeginsAtEachWindowIsOneProcessOfExpectationOne()
    {
        const double limit = 0.3;
        const int windows = 9;
        var process = new ObjectiveProcess(limit);

        // Every way in which nine requests can turn out.
        var mean = Enumerable.Range(0, 1 << windows).Sum(outcome =>
        {
            var mixture = StartMixture.None;
            for (var window = 1; window <= windows; window++)
                mixture = mixture.Add(process.LogFactors(1, (outcome >> (window - 1)) & 1), StartMixture.LogWeight(window), true);
            var bad = Enumerable.Range(0, windows).Count(bit => ((outcome >> bit) & 1) == 1);
            return Math.Pow(limit, bad) * Math.Pow(1 - limit, windows - bad)
                * (Math.Exp(StartMixture.LogMean(mixture.Logs)) + (1 / (windows + 1.0)));
        });

        Assert.That(mean, Is.EqualTo(1).Within(1e-5));
    }

    [Test]
    public void WhenAWindowIsLeftOut_ThenItIsTheOneWithoutWhichLeastIsLeft([Values] bool isShort, [Range(1, 5)] int seed)
    {
        var random = new Random(seed);
        var process = new ObjectiveProcess(0.01);
        (int Requests, int Events)[] windows = [.. Enumerable.Range(0, 12).Select(_ => (random.Next(1, 200), random.Next(0, 4)))];

        var mixture = Sum(-1);
        double[] expected = [.. Enumerable.Range(0, ObjectiveProcess.Size).Select(alternative =>
            Enumerable.Range(0, windows.Length).Min(left => Sum(left).Logs[alternative]))];

        Assert.That(mixture.WithoutBurst, isShort
            ? Is.EqualTo(Pairs().ToArray()).Within(1e-4).AsCollection : Is.EqualTo(expected).Within(1e-4).AsCollection);

        // One window is left out, or two in a row: what they add counts as nothing.
        StartMixture Sum(int left, int length = 1) => windows.Select((window, index) => (window, index))
            .Aggregate(StartMixture.None, (so, one) => so.Add(
                one.index >= left && one.index < left + length && left >= 0 ? [.. new double[ObjectiveProcess.Size]]
                : process.LogFactors(one.window.Requests, one.window.Events), StartMixture.LogWeight(one.index + 1), isShort));

        System.Collections.Generic.IEnumerable<double> Pairs() => expected.Select((alone, alternative) =>
            Math.Min(alone, Enumerable.Range(0, windows.Length - 1).Min(left => Sum(left, 2).Logs[alternative])));
    }

    // Computed apart from this code, by a sum over a fine grid.
    [TestCase(4512, 0, 0, 0.00120072)]
    [TestCase(13_200, 41, 0.00152432, 0.0055189)]
    [TestCase(200, 200, 0.9385826, 0.99996)]
    public void WhenRatesAreExcluded_ThenThoseBetweenAreLeft(int requests, int events, double low, double high)
    {
        var range = RateRange.Find(requests, events, 0.01);

        Assert.That(range.Low, Is.EqualTo(low).Within(1e-3 * low));
        Assert.That(range.High, Is.EqualTo(high).Within(1e-3 * high));
    }

    [Test]
    public void WhenItIsLookedAtAgainAndAgain_ThenTheTrueRateIsHardlyEverOutside([Values(0.002, 0.05)] double rate)
    {
        var random = new Random(20261130);
        var outside = Enumerable.Range(0, 400).Count(_ =>
        {
            var (requests, events) = (0, 0);
            for (var look = 0; look < 40; look++)
            {
                requests += 100;
                events += Binomial.Sample(random, rate, 100);
                var range = RateRange.Find(requests, events, 0.05);
                if (rate < range.Low || rate > range.High) return true;
            }

            return false;
        });

        Assert.That(outside, Is.LessThanOrEqualTo(20), "of 400, at 5 %");
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(double.NaN)]
    public void WhenTheLimitIsNoRate_ThenItIsRefused(double limit) =>
        Assert.That(() => new ObjectiveProcess(limit), Throws.TypeOf<ArgumentOutOfRangeException>());
}
