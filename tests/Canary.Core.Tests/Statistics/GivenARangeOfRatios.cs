using System;
using System.Linq;
using Canary.Core.Statistics;
using Canary.Core.Units;
using MathNet.Numerics.Distributions;
using NUnit.Framework;

namespace Canary.Core.Tests.Statistics;

public sealed class GivenARangeOfRatios
{
    private static readonly RatioProcess Harmless = new(RatioGrid.Harmlessness(2));

    // Errors share ratios with the question turned round, slow requests with a tolerance of 1.1 share none.
    private static readonly RatioProcess[] Processes = [new(RatioGrid.Errors(1)), new(RatioGrid.Slowness(1.1))];

    [Test]
    public void WhenTheLikelihoodIsComputedExactly_ThenNothingThatItTakesIsLeftOut([Range(0, 1)] int process,
        [Values(0.3, 0.9, 1, 1.7, 6)] double ratio, [Values(20, 300, 20_000)] int events)
    {
        var (range, exact) = Compare(Processes[process], ratio, events, alpha: 0.01);

        Assert.That(range.Low, Is.LessThanOrEqualTo(exact.Low + 1e-6));
        Assert.That(range.High, Is.GreaterThanOrEqualTo(exact.High - 1e-6));
    }

    [TestCase(0, 1, 300)]
    [TestCase(0, 1.3, 1000)]
    [TestCase(0, 1.7, 3000)]
    [TestCase(1, 1.2, 1000)]
    public void WhenTheAlternativesAreDense_ThenItIsHardlyWiderThanTheExactOne(int process, double ratio, int events)
    {
        var (range, exact) = Compare(Processes[process], ratio, events, alpha: 0.01);

        Assert.That(range.Low, Is.GreaterThanOrEqualTo(exact.Low * 0.9));
        Assert.That(range.High, Is.LessThanOrEqualTo(exact.High * 1.1));
    }

    [TestCase(0, 1)]
    [TestCase(0, 1.35)]
    [TestCase(1, 0.8)]
    public void WhenItIsLookedAtAllTheTime_ThenTheTrueRatioIsSeldomEverOutside(int process, double ratio)
    {
        const int runs = 500, looks = 60;
        const double alpha = 0.05;
        var random = new Random(20261130);
        var (outside, bounded) = (0, 0);
        for (var run = 0; run < runs; run++)
        {
            var (worse, harmless) = (Processes[process].Start, Harmless.Start);
            var (isOutside, last) = (false, RatioRange.All);
            for (var look = 0; look < looks; look++)
            {
                // The weight rises, and after many errors it does so no more.
                long requests = look < 20 ? 100 : last.Low > 0.9 ? 200 : 500;
                var (ours, theirs) = (Poisson.Sample(random, requests * 0.02 * ratio), Poisson.Sample(random, (1000 - requests) * 0.02));
                worse = Processes[process].Add(worse, requests, ours, 1000 - requests, theirs);
                harmless = Harmless.Add(harmless, requests, ours, 1000 - requests, theirs);
                last = RatioRange.Find(Processes[process].Likelihoods(worse), Harmless.Likelihoods(harmless), alpha);
                isOutside |= ratio < last.Low || ratio > last.High;
            }

            if (isOutside) outside++;
            if (last.Low > ratio / 2 && last.High < ratio * 2) bounded++;
        }

        Assert.That(outside, Is.LessThanOrEqualTo((runs * alpha) + (3 * Math.Sqrt(runs * alpha * (1 - alpha)))));
        Assert.That(bounded, Is.GreaterThan(runs / 2), "a range of everything would never leave the ratio out");
    }

    [Test]
    public void WhenTheEvidenceIsEnormous_ThenTheAlternativesOnEitherSideBoundIt()
    {
        var (range, exact) = Compare(Processes[0], 1.3, 50_000_000, alpha: 0.01);

        Assert.That(range.Low, Is.InRange(1.1, exact.Low));
        Assert.That(range.High, Is.InRange(exact.High, 1.5));
    }

    [Test]
    public void WhenTheCanaryHadNoError_ThenNothingSpeaksAgainstNone()
    {
        var range = Find(Processes[0], 1000, 0, 9000, 90, 0.01);

        Assert.That(range.Low, Is.Zero);
        Assert.That(range.High, Is.InRange(0.5, 1.5));
    }

    [Test]
    public void WhenStableHadNoError_ThenNothingSpeaksAgainstAnyGreatRatio()
    {
        var range = Find(Processes[0], 1000, 9, 1000, 0, 0.01);

        Assert.That(range.Low, Is.InRange(0.5, 1));
        Assert.That(range.High, Is.EqualTo(double.PositiveInfinity));
    }

    [Test]
    public void WhenNothingWasSeen_ThenNothingIsExcluded() =>
        Assert.That(RatioRange.Find(Processes[0].Likelihoods(Processes[0].Start), Harmless.Likelihoods(Harmless.Start), 0.01),
            Is.EqualTo(RatioRange.All));

    [Test]
    public void WhenThereAreNoAlternatives_ThenNothingIsExcluded() =>
        Assert.That(RatioRange.Find([(1, 0)], Harmless.Likelihoods(Harmless.Start), 0.01), Is.EqualTo(RatioRange.All));

    // What an edited status may hold.
    [Test]
    public void WhenNumbersAreNoLikelihoods_ThenItIsARangeAllTheSame()
    {
        var random = new Random(7);
        for (var run = 0; run < 2000; run++)
        {
            var scale = Math.Pow(10, random.Next(-6, 309));
            EquatableArray<double> Some(int count) =>
                [.. Enumerable.Range(0, count).Select(_ => random.Next(9) == 0 ? 0 : scale * (random.NextDouble() - 0.5))];

            var range = RatioRange.Find(Processes[0].Likelihoods(Some(Processes[0].Size)), Harmless.Likelihoods(Some(Harmless.Size)), 0.01);

            Assert.That(range.Low, Is.InRange(0, RatioRange.Greatest));
            Assert.That(range.High, Is.GreaterThanOrEqualTo(range.Low).And.GreaterThanOrEqualTo(RatioRange.Least));
        }
    }

    private static (RatioRange Range, (double Low, double High) Exact) Compare(RatioProcess process, double ratio, int events, double alpha)
    {
        // A tenth of the traffic, in sixty windows.
        const int windows = 60;
        const long requests = 100_000_000, theirs = 900_000_000;
        var random = new Random(events);
        var (worse, harmless, ours, total) = (process.Start, Harmless.Start, 0.0, 0.0);
        for (var window = 0; window < windows; window++)
        {
            var all = Poisson.Sample(random, (double)events / windows);
            var part = all == 0 ? 0 : Binomial.Sample(random, GivenARatioProcess.Share(ratio, requests, theirs), all);
            (ours, total) = (ours + part, total + all);
            worse = process.Add(worse, requests, part, theirs, all - part);
            harmless = Harmless.Add(harmless, requests, part, theirs, all - part);
        }

        // Oracle: the likelihood itself, on a fine grid.
        double Log(double at) => (ours * Math.Log(at)) - (total * Math.Log((at * requests) + theirs));
        var points = process.Likelihoods(worse).Concat(Harmless.Likelihoods(harmless)).Select(point => Log(point.Ratio)).ToArray();
        var bar = points.Max() + Math.Log(points.Average(log => Math.Exp(log - points.Max()))) + Math.Log(alpha);
        var taken = Enumerable.Range(0, 200_001).Select(step => Math.Exp(Math.Log(0.001) + (step * Math.Log(1e6) / 200_000)))
            .Where(at => Log(at) > bar).ToArray();
        return (RatioRange.Find(process.Likelihoods(worse), Harmless.Likelihoods(harmless), alpha), (taken[0], taken[^1]));
    }

    private static RatioRange Find(RatioProcess process, long requests, long events, long stable, long theirs, double alpha) =>
        RatioRange.Find(process.Likelihoods(process.Add(process.Start, requests, events, stable, theirs)),
            Harmless.Likelihoods(Harmless.Add(Harmless.Start, requests, events, stable, theirs)), alpha);
}
