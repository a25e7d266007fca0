using System;
using System.Linq;
using Canary.Core.Statistics;
using MathNet.Numerics.Distributions;
using NUnit.Framework;

namespace Canary.Core.Tests.Statistics;

public sealed class GivenARatioProcess
{
    private static readonly RatioGrid[] Grids =
        [RatioGrid.Errors(1), RatioGrid.Errors(1.25), RatioGrid.Slowness(1.1), RatioGrid.Harmlessness(2)];

    [Test]
    public void WhenAWindowIsCounted_ThenTheEvidenceIsTheMeanLikelihoodRatioOfTheBinomial([ValueSource(nameof(Grids))] RatioGrid grid,
        [Values(0, 1, 7, 40)] int events)
    {
        var process = new RatioProcess(grid);
        const int n = 1200, stable = 9800, total = 40;

        var state = process.Add(process.Start, n, events, stable, total - events);

        // Oracle: the distributions of MathNet, not our closed form.
        var none = Binomial.PMFLn(Share(grid.Null, n, stable), total, events);
        var expected = LogSum.Compute([.. grid.Factors.Select(factor =>
            Binomial.PMFLn(Share(grid.Null * factor, n, stable), total, events) - none)]) - Math.Log(grid.Factors.Count);
        Assert.That(RatioProcess.LogEvidence(state), Is.EqualTo(expected).Within(1e-5));
    }

    [Test]
    public void WhenTheNullHolds_ThenTheEvidenceIsASupermartingale([ValueSource(nameof(Grids))] RatioGrid grid, [Values(1, 3, 8)] int total,
        [Values(0.01, 0.1, 0.5)] double weight)
    {
        var process = new RatioProcess(grid);
        var (n, stable) = ((long)(1000 * weight), (long)(1000 * (1 - weight)));
        var isUpward = grid.Factors[0] > 1;

        foreach (var towards in new[] { 1, 0.9, 0.5, 0.1 })
        {
            // Every ratio of the null hypothesis, and not only its edge: less for the question "worse", more for "not much worse".
            var ratio = isUpward ? grid.Null * towards : grid.Null / towards;
            var mean = Enumerable.Range(0, total + 1).Sum(events =>
                Binomial.PMF(Share(ratio, n, stable), total,
                    events) * Math.Exp(RatioProcess.LogEvidence(process.Add(process.Start, n, events, stable, total - events))));

            Assert.That(mean, Is.LessThanOrEqualTo(1 + 1e-5));
            if (towards == 1) Assert.That(mean, Is.EqualTo(1).Within(1e-5), "at the edge nothing is given away");
        }
    }

    [Test]
    public void WhenTheWeightFollowsWhatWasSeen_ThenTheEvidenceStillIsOne()
    {
        // Two windows, exactly: after an error of the canary the second one is looked at with half of the traffic, otherwise with a
        // twentieth.
        var process = new RatioProcess(RatioGrid.Errors(1));
        var mean = 0.0;
        for (var first = 0; first <= 3; first++)
        {
            var state = process.Add(process.Start, 100, first, 900, 3 - first);
            var (n, stable) = first > 0 ? (500L, 500L) : (50L, 950L);
            for (var second = 0; second <= 4; second++)
                mean += Binomial.PMF(0.1, 3, first) * Binomial.PMF(Share(1, n, stable), 4,
                    second) * Math.Exp(RatioProcess.LogEvidence(process.Add(state, n, second, stable, 4 - second)));
        }

        Assert.That(mean, Is.EqualTo(1).Within(1e-5));
    }

    [Test]
    public void WhenRequestsAreFewAndErrorsMany_ThenItIsConservative([Values(1, 3, 5, 8)] int total)
    {
        // Bernoulli requests: given the total, the canary's part is hypergeometric.
        var process = new RatioProcess(RatioGrid.Errors(1));
        var part = new Hypergeometric(20, 4, total);

        var mean = Enumerable.Range(0, Math.Min(4, total) + 1)
            .Sum(events =>
                part.Probability(events) * Math.Exp(RatioProcess.LogEvidence(process.Add(process.Start, 4, events, 16, total - events))));

        Assert.That(mean, Is.LessThanOrEqualTo(1 + 1e-5));
    }

    [Test]
    public void WhenWindowsComeInAnotherOrder_ThenTheEvidenceIsTheSame()
    {
        var process = new RatioProcess(RatioGrid.Errors(1));
        (long, long, long, long)[] windows = [(300, 2, 2700, 3), (280, 0, 2810, 9), (600, 5, 2400, 1), (0, 0, 3000, 4), (310, 1, 2650, 0)];

        var forward =
            windows.Aggregate(process.Start, (state, window) => process.Add(state, window.Item1, window.Item2, window.Item3, window.Item4));
        var backward = windows.Reverse()
            .Aggregate(process.Start, (state, window) => process.Add(state, window.Item1, window.Item2, window.Item3, window.Item4));

        Assert.That(forward.Zip(backward).All(pair => Math.Abs(pair.First - pair.Second) < 1e-5));
    }

    [Test]
    public void WhenBothArmsHaveTenTimesTheRequests_ThenTheSameErrorsSayTheSame()
    {
        var process = new RatioProcess(RatioGrid.Errors(1));

        Assert.That(process.Add(process.Start, 3000, 9, 27000, 20), Is.EqualTo(process.Add(process.Start, 300, 9, 2700, 20)));
    }

    [TestCase(100, 0, 900, 0)]
    [TestCase(0, 0, 900, 5)]
    [TestCase(100, 5, 0, 0)]
    public void WhenAWindowSaysNothing_ThenNothingChanges(long n, long events, long stable, long theirs)
    {
        var process = new RatioProcess(RatioGrid.Errors(1));
        var state = process.Add(process.Start, 100, 3, 900, 4);

        Assert.That(process.Add(state, n, events, stable, theirs), Is.EqualTo(state));
    }

    [Test]
    public void WhenAGridHasTwoSides_ThenItIsRefused() =>
        Assert.That(() => new RatioProcess(new RatioGrid(1, [0.5, 2])), Throws.ArgumentException);

    [Test]
    public void WhenEvidenceIsEnormous_ThenItNeitherOverflowsNorVanishes()
    {
        var process = new RatioProcess(RatioGrid.Errors(1));

        Assert.That(RatioProcess.LogEvidence(process.Add(process.Start, 1_000_000, 900_000, 9_000_000, 10)),
            Is.GreaterThan(1e6).And.LessThan(double.PositiveInfinity));
        Assert.That(RatioProcess.LogEvidence(process.Add(process.Start, 1_000_000, 10, 1_000_000, 900_000)),
            Is.LessThan(-1e4).And.GreaterThan(double.NegativeInfinity));
    }

    internal static double Share(double ratio, double n, double stable) => ratio * n / ((ratio * n) + stable);
}
