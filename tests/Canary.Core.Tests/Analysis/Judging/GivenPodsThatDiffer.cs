using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Reporting;
using MathNet.Numerics.Distributions;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis.Judging;

/// <summary>Pods of one version are not all alike: a bad node under one of them, or all of them a little different for good.</summary>
public sealed class GivenPodsThatDiffer
{
    private static readonly MetricSpec Errors = A.ComparedErrors;

    [Test]
    public void WhenOnePodOfStableIsSick_ThenItIsLeftOutAndABadCanaryIsFound()
    {
        // 1,000 requests a second, 0.5 % errors; one of four pods of stable has five times as many, the canary three times.
        var evidence = Rolled([3, 3], [1, 1, 1, 5], minutes: 12);

        Assert.That(SequentialJudge.Stand(Errors, evidence), Is.EqualTo(RunPhase.Failed));
        Assert.That(EvidenceText.Describe(Errors, SequentialJudge.Find(Errors, evidence)),
            Does.EndWith("; without pod s4 of stable, which is far worse than the others"));
    }

    [Test]
    public void WhenOnePodOfStableIsSickAndTheCanaryIsFine_ThenItGoesOn() =>
        Assert.That(SequentialJudge.Stand(Errors, Rolled([1, 1], [1, 1, 1, 5], minutes: 30)), Is.EqualTo(RunPhase.Successful));

    [Test]
    public void WhenTwoPodsOfStableAreWorse_ThenThatIsHowItsPodsAre() =>
        Assert.That(SickPod.Find(Rolled([1, 1], [1, 1, 1, 1, 5, 5], minutes: 5).StablePods, 1), Is.Null);

    [Test]
    public void WhenAllPodsDiffer_ThenAsMuchMoreIsAskedOfACanaryOfTwo()
    {
        // The canary is a third worse than stable's mean, as one of stable's own pods is.
        var evidence = Rolled([1.3, 1.4], [0.7, 0.9, 1.1, 1.3], minutes: 20);

        Assert.That(SequentialJudge.LogOdds(Errors, evidence), Is.GreaterThan(Math.Log(1e6)), "the counts alone would be sure");
        Assert.That(SequentialJudge.Stand(Errors, evidence), Is.EqualTo(RunPhase.Inconclusive));
        Assert.That(EvidenceText.Describe(Errors, SequentialJudge.FindLack(Errors, evidence)!),
            Does.Match("^stable's own pods differ by 2[0-9] %: with as few pods as these the canary must be 1\\.[5-9] times as bad$"));
        Assert.That(SequentialJudge.Stand(Errors, Rolled([3, 3.2], [0.7, 0.9, 1.1, 1.3], minutes: 20)), Is.EqualTo(RunPhase.Failed));
    }

    [Test]
    public void WhenStableHasTwoPods_ThenNobodyKnowsHowMuchTheyDiffer() =>
        Assert.That(SequentialJudge.Stand(Errors, Rolled([1.5, 1.5], [0.8, 1.2], minutes: 20)), Is.EqualTo(RunPhase.Failed));

    [Test]
    public void WhenTheVersionGetsWorseUnderLoad_ThenTheTimeSinceTheRaiseCounts()
    {
        // An hour at 10 % without a difference, then 50 %, where it fails twice as often.
        var before = Rolled([1, 1], [1, 1, 1, 1], minutes: 60, rate: 100, errors: 0.01);
        var after = Rolled([2, 2], [1, 1, 1, 1], minutes: 9, rate: 100, errors: 0.01, weight: 0.5, before: before);

        Assert.That((before.Raises, after.Raises), Is.EqualTo((0, 1)));
        Assert.That(SequentialJudge.Stand(Errors, before), Is.EqualTo(RunPhase.Successful));
        Assert.That(SequentialJudge.Stand(Errors, after), Is.EqualTo(RunPhase.Failed));
        Assert.That(SequentialJudge.Stand(Errors, after with { SinceRaise = null }), Is.Not.EqualTo(RunPhase.Failed),
            "the whole run alone does not show it");
    }

    [Test]
    public void WhenTwoPodsFailOneAfterTheOther_ThenItIsNoCatastrophe()
    {
        // One error each in the first window; later one pod fails by itself.
        var first = EvidenceSum.Add(Errors, Evidence.None, new WindowCounts(CountedWindow.Pods("c", (500, 1), (500, 1)),
            CountedWindow.Pods("s", (4500, 0), (4500, 0))), A.Start, A.At(30));
        var later = EvidenceSum.Add(Errors, first, new WindowCounts(CountedWindow.Pods("c", (500, 0), (500, 200)),
            CountedWindow.Pods("s", (4500, 0), (4500, 0))), A.At(30), A.At(60));

        Assert.That(later.Shared, Is.EqualTo(2));
        Assert.That(SequentialJudge.Stand(Errors, later), Is.Not.EqualTo(RunPhase.Failed));
    }

    // Each pod's errors, as often as this times the usual rate.
    private static Evidence Rolled(double[] canary, double[] stable, int minutes, double rate = 1000, double errors = 0.005,
        double weight = 0.1, Evidence? before = null)
    {
        var random = new Random(20261130);
        var evidence = before ?? Evidence.None;
        var start = evidence.CountedTo ?? A.Start;
        for (var look = 0; look < 2 * minutes; look++)
            evidence = EvidenceSum.Add(Errors, evidence,
                new WindowCounts(Pods("c", canary, weight), Pods("s", stable, 1 - weight)), start.AddSeconds(30 * look),
                start.AddSeconds(30 * (look + 1)));
        return evidence;

        Canary.Core.Units.EquatableArray<PodCounts> Pods(string name, double[] factors, double share) =>
            CountedWindow.Pods(name, [.. factors.Select(factor =>
            {
                var requests = (long)(rate * 30 * share / factors.Length);
                return (requests, (long)Poisson.Sample(random, requests * errors * factor));
            })]);
    }
}
