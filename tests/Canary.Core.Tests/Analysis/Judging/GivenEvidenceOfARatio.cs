using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Reporting;
using Canary.Core.Statistics;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis.Judging;

public sealed class GivenEvidenceOfARatio
{
    private static readonly MetricSpec Errors = A.Metric with
    {
        SuccessCondition = null,
        Provider = A.Red,
        Comparison = new Comparison(ComparisonKind.Sequential, []),
    };

    private static readonly MetricSpec Durations = Errors with
    {
        Provider = A.Red with { Signal = RedSignal.Duration },
        Comparison = new Comparison(ComparisonKind.Sequential, []) { Tolerate = 1.1, Bounds = [100, 250, 500] },
    };

    [Test]
    public void WhenBothSidesAreEqual_ThenTheRangeHoldsOneAndThereIsASentence()
    {
        var finding = SequentialJudge.Find(Errors, Counted(Errors, 20, new(100, [2]), new(900, [18])));

        Assert.That(finding.Range!.Value.Low, Is.InRange(0.3, 1));
        Assert.That(finding.Range.Value.High, Is.InRange(1, 2.5));
        Assert.That(EvidenceText.Describe(Errors, finding),
            Does.Match(@"; 40 errors in 2,000 requests; errors are 0\.\d\d? to \d(\.\d)? times stable's \(99 %\)$"));
    }

    [Test]
    public void WhenTheOddsHaveDecided_ThenTheRangeIsAboveOne()
    {
        var evidence = Counted(Errors, 20, new(100, [4]), new(900, [9]));

        Assert.That(SequentialJudge.LogOdds(Errors, evidence), Is.GreaterThan(Math.Log(1000)));
        Assert.That(EvidenceRange.Find(Errors, evidence)!.Value.Low, Is.GreaterThan(1));
    }

    [Test]
    public void WhenErrorsComeTogether_ThenTheRangeIsWider()
    {
        var evidence = Counted(Errors, 20, new(100, [2]), new(900, [18]));
        var bursts = evidence with { Spread = evidence.Spread with { Events = 400, Squares = 800, SquaredEvents = 4000 } };
        var (range, wide) = (EvidenceRange.Find(Errors, evidence)!.Value, EvidenceRange.Find(Errors, bursts)!.Value);

        Assert.That(SequentialJudge.Factor(bursts), Is.EqualTo(2));
        Assert.That(wide.Low, Is.LessThan(range.Low));
        Assert.That(wide.High, Is.GreaterThan(range.High));
    }

    [Test]
    public void WhenSeveralBoundsAreCompared_ThenEachHasItsPartOfAlpha()
    {
        var many = Counted(Durations, 20, new(100, [10, 0, 0]), new(900, [90, 0, 0]));
        var one = Counted(Durations, 20, new(100, [10]), new(900, [90]));
        var part = Durations with { Comparison = Durations.Comparison! with { Alpha = 0.01 / 3 } };

        Assert.That(EvidenceRange.Find(Durations, many), Is.Not.Null.And.EqualTo(EvidenceRange.Find(part, one)));
    }

    [Test]
    public void WhenNothingIsKnown_ThenThereIsNoRange()
    {
        var counted = Counted(Errors, 20, new(100, [2]), new(900, [18]));

        Assert.That(EvidenceRange.Find(Errors, Evidence.None), Is.Null);
        Assert.That(EvidenceRange.Find(Errors, Counted(Errors, 20, new(100, [0]), new(900, [0]))), Is.Null);
        Assert.That(EvidenceRange.Find(Errors, counted with { Harmless = [] }), Is.Null);
        Assert.That(EvidenceRange.Find(Errors, counted with { Worse = [.. counted.Worse.Take(3)] }), Is.Null);
        Assert.That(EvidenceRange.Find(Errors, Counted(Errors, 1, new(10, [0]), new(9990, [1]))), Is.Null,
            "one error of stable excludes nothing");
    }

    [TestCase(0.4, 2.3, 0.01, "; errors are 0.4 to 2.3 times stable's (99 %)")]
    [TestCase(0.404, double.PositiveInfinity, 0.005, "; errors are at least 0.4 times stable's (99.5 %)")]
    [TestCase(0, 2.349, 0.01 / 3, "; errors are at most 2.3 times stable's (99.67 %)")]
    [TestCase(12, 340, 0.00001, "; errors are 12 to 340 times stable's (99.999 %)")]
    [TestCase(0, double.PositiveInfinity, 0.01, "")]
    public void WhenARangeIsWritten_ThenAPersonUnderstandsIt(double low, double high, double alpha, string sentence)
    {
        var metric = Errors with { Comparison = Errors.Comparison! with { Alpha = alpha } };
        var finding = new EvidenceFinding(0, 1000, 9000, 10, 90, null) { Range = new RatioRange(low, high), LeftOut = "a" };

        Assert.That(EvidenceText.Describe(metric, finding),
            Is.EqualTo($"1:1 odds that errors are worse; 1 % against 1 % on stable; 10 errors in 1,000 requests{sentence}"
                + "; without pod a of stable, which is far worse than the others"));
    }

    [Test]
    public void WhenRequestsAreSlow_ThenTheRangeIsOfThem() =>
        Assert.That(EvidenceText.Describe(Durations,
            new EvidenceFinding(0, 1000, 9000, 10, 90, 250) { Range = new RatioRange(0.5, 2) }),
            Does.EndWith("; 10 of 1,000 requests; slow requests are 0.5 to 2 times stable's (99 %)"));

    private static Evidence Counted(MetricSpec metric, int windows, SideCounts canary, SideCounts stable) =>
        Enumerable.Range(0, windows).Aggregate(Evidence.None,
            (so, look) => EvidenceSum.Add(metric, so, CountedWindow.Make(canary, stable), A.At(30 * look), A.At(30 * (look + 1))));
}
