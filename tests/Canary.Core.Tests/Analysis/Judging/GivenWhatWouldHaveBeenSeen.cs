using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Reporting;
using MathNet.Numerics.Distributions;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis.Judging;

public sealed class GivenWhatWouldHaveBeenSeen
{
    private static readonly MetricSpec Errors = A.ComparedErrors;

    [TestCase(10, 0.01, 20, 0.1)]
    [TestCase(100, 0.001, 30, 0.1)]
    [TestCase(100, 0.01, 10, 0.5)]
    [TestCase(1000, 0.001, 40, 0.25)]
    [TestCase(1000, 0.01, 3, 0.1)]
    public void WhenACanaryIsSoMuchWorse_ThenItIsFoundInFourOfFiveCases(double perSecond, double rate, int minutes, double weight)
    {
        const int Runs = 200;
        var seen = Enumerable.Range(0, 9).Select(seed => Run(seed, 1).Regression?.Ratio ?? 0).Order().ElementAt(4);
        var found = Enumerable.Range(100, Runs).Count(seed => Run(seed, seen).IsFound);

        Assert.That(seen, Is.GreaterThan(1));
        Assert.That(found / (double)Runs, Is.InRange(0.6, 0.97), $"{seen} times as many");

        (RegressionSeen? Regression, bool IsFound) Run(int seed, double times)
        {
            var random = new Random(seed);
            var evidence = Evidence.None;
            for (var at = 0; at < minutes * 60; at += 30)
            {
                var (canary, stable) = ((long)(perSecond * 30 * weight), (long)(perSecond * 30 * (1 - weight)));
                var window = CountedWindow.Make(
                    new(canary, [Binomial.Sample(random, Math.Min(1, rate * times), (int)canary)]),
                    new(stable, [Binomial.Sample(random, rate, (int)stable)]));
                evidence = EvidenceSum.Add(Errors, evidence, window, A.At(at), A.At(at + 30));
                if (SequentialJudge.Stand(Errors, evidence) == RunPhase.Failed) return (null, true);
            }

            return (SmallestRegression.Find(Errors, evidence), false);
        }
    }

    [Test]
    public void WhenStableHasNoErrors_ThenAShareIsSaid()
    {
        var seen = SmallestRegression.Find(Errors, Look(5, 100, 0, 900, 0))!;

        Assert.That((seen.Ratio, seen.Share), Is.EqualTo(((double?)null, 0.011)).Within(0.004));
        Assert.That(EvidenceText.Describe(Errors, seen), Does.Match(@"^by now [\d.]+ % errors would have been seen$"));
    }

    [Test]
    public void WhenNothingCouldBeSeen_ThenThatIsSaid()
    {
        Assert.That(SmallestRegression.Find(Errors, Look(2, 1000, 10, 9000, 90)), Is.Null, "two windows may be one burst");
        Assert.That(SmallestRegression.Find(Errors, Look(5, 1, 0, 9, 8)), Is.Null, "stable fails so often that nothing can be worse");
        Assert.That(EvidenceText.Describe(Errors, (RegressionSeen?)null), Is.EqualTo("by now no regression would have been seen"));
    }

    [TestCase(2.01, "2.1")]
    [TestCase(2, "2")]
    [TestCase(29.2, "30")]
    public void WhenARatioIsSaid_ThenItIsRoundedUp(double ratio, string text) =>
        Assert.That(EvidenceText.Describe(Errors, new RegressionSeen(ratio, 0.1)),
            Is.EqualTo($"by now {text} times as many errors would have been seen"));

    [Test]
    public void WhenItIsManyTimesHardlyAnything_ThenTheShareIsSaid() =>
        Assert.That(EvidenceText.Describe(Errors, new RegressionSeen(150, 0.0231)),
            Is.EqualTo("by now 2.4 % errors would have been seen"));

    private static Evidence Look(int windows, long canary, long events, long stable, long stableEvents) => Enumerable.Range(0, windows)
        .Aggregate(Evidence.None, (so, index) => EvidenceSum.Add(Errors, so,
            CountedWindow.Make(new(canary, [events]), new(stable, [stableEvents])), A.At(30 * index), A.At((30 * index) + 30)));
}
