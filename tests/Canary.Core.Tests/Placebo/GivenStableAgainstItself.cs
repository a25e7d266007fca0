using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Reporting;
using Canary.Core.Placebo;
using Canary.Core.Statistics;
using Canary.Core.Tests.Analysis;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Placebo;

/// <summary>A day of a service with four pods, and rollouts of half an hour that are made up of them.</summary>
public sealed class GivenStableAgainstItself
{
    private const double Alpha = 0.01;

    private static readonly TimeSpan Length = TimeSpan.FromMinutes(30);

    private static readonly PlaceboTest Test = new(A.ComparedErrors with
    {
        Comparison = A.ComparedErrors.Comparison! with { Alpha = Alpha, StableSubject = A.Red.Subject },
    }, TimeSpan.Zero, Length, [new(TimeSpan.Zero, 0.25)]);

    private static PlaceboDraw Draw(PastCounters past, double hours, int least, ulong seed = 1) =>
        PlaceboDraw.Draw(past.Pods, A.At(300), A.At(hours * 3600), Length, least, pods => pods / 4, seed);

    private static int RolledBack(PlaceboTest test, PastCounters past, PlaceboDraw draw) =>
        draw.Rollouts.AsParallel().Count(rollout => PlaceboReplay.Run(test, past, rollout).Phase == RunPhase.Failed);

    [Test]
    public void WhenErrorsAreIndependent_ThenNoMoreThanAlphaAreRolledBackAndNoneWaits()
    {
        var past = Wandering.Alike(4, hours: 24);
        var draw = Draw(past, 24, least: 300);

        var verdicts = draw.Rollouts.AsParallel().Select(rollout => PlaceboReplay.Run(Test, past, rollout)).ToArray();

        Assert.That(verdicts, Has.Length.GreaterThanOrEqualTo(300));
        Assert.That(verdicts.Count(one => one.Phase == RunPhase.Failed), Is.LessThanOrEqualTo(Alpha * verdicts.Length));
        Assert.That(verdicts.Count(one => one.Phase == RunPhase.Successful), Is.GreaterThan(0.95 * verdicts.Length));
    }

    [Test]
    public void WhenEachPodWanders_ThenMoreThanAlphaAreRolledBackAndExactlyThoseOfTheJudgeByHand()
    {
        var past = Wandering.Each(4, hours: 24, deviation: 0.6, minutes: 15);
        var draw = Draw(past, 24, least: 40);

        var replayed = draw.Rollouts.Select(rollout => PlaceboReplay.Run(Test, past, rollout)).ToArray();

        Assert.That(replayed.Count(one => one.Phase == RunPhase.Failed), Is.GreaterThan(3 * Alpha * replayed.Length));
        Assert.That(replayed.Select(one => (one.Phase == RunPhase.Failed, one.Phase == RunPhase.Failed ? one.After : Length)),
            Is.EqualTo(draw.Rollouts.Select(rollout => ByHand(past, rollout))));
        Assert.That(replayed.First(one => one.Phase == RunPhase.Failed).Message, Does.Match(@"odds that errors are worse; .+ on stable"));
    }

    [Test]
    public void WhenErrorsAreIndependent_ThenTheRangesNarrowAndContainOne()
    {
        var past = Wandering.Alike(4, hours: 24);

        PlaceboRanges[] ranges = [.. Draw(past, 24, least: 100).Rollouts.Select(rollout => PlaceboReplay.Run(Test, past, rollout).Ranges)];

        Assert.That(ranges.Count(one => one.HasExcludedOne), Is.LessThanOrEqualTo(Alpha * ranges.Length));
        Assert.That(ranges.Select(one => one.Over.Count), Is.All.EqualTo(30), "a minute each");
        Assert.That(ranges.Count(one => one.Over[0] == RatioRange.All), Is.GreaterThan(0.5 * ranges.Length), "a minute shows little");
        Assert.That(ranges.Select(one => one.Over[^1].High / one.Over[^1].Low).Order().ElementAt(50),
            Is.LessThan(0.8 * ranges.Select(one => one.Over[9].High / one.Over[9].Low).Order().ElementAt(50)));
    }

    [Test]
    public void WhenItIsRolledBack_ThenTheRangeOfThatLookStaysTheLast()
    {
        var past = PastCounters.Join([Wandering.Counters(4, 2, (pod, _) => pod == 0 ? 10 : 1)]);
        var rollout = new PlaceboRollout(A.At(600), 0, ["checkout-0"], ["checkout-1", "checkout-2", "checkout-3"]);

        var verdict = PlaceboReplay.Run(Test, past, rollout);

        Assert.That(verdict.Phase, Is.EqualTo(RunPhase.Failed));
        Assert.That(verdict.Message, Does.Contain(EvidenceText.Describe(Test.Metric, verdict.Ranges.Last)), "the sentence says the same");
        Assert.That((verdict.Ranges.Last.Contains(1), verdict.Ranges.HasExcludedOne), Is.EqualTo((false, true)));
        Assert.That(verdict.Ranges.Over.Skip((int)Math.Ceiling(verdict.After.TotalMinutes)),
            Is.Not.Empty.And.All.EqualTo(verdict.Ranges.Last));
    }

    [TestCase(30, 30, 1)]
    [TestCase(120, 120, 1)]
    [TestCase(130, 65, 2)]
    [TestCase(2880, 120, 24)]
    public void WhenARolloutIsLong_ThenItsRangesAreKeptRarely(int minutes, int marks, int every)
    {
        var test = Test.During(TimeSpan.FromMinutes(minutes));

        Assert.That((test.Marks.Count, test.Marks[0], test.Marks[^1]),
            Is.EqualTo((marks, TimeSpan.FromMinutes(every), TimeSpan.FromMinutes(minutes))));
    }

    [Test]
    public void WhenMoreIsTolerated_ThenFewerAreRolledBack()
    {
        var past = Wandering.Each(4, hours: 24, deviation: 0.6, minutes: 15);
        var draw = Draw(past, 24, least: 40);

        int[] rolledBack = [.. new[] { 1, 1.5, 3 }.Select(tolerate => RolledBack(Test.Tolerating(tolerate), past, draw))];

        Assert.That(rolledBack, Is.Ordered.Descending);
        Assert.That(rolledBack[2], Is.LessThan(rolledBack[0] / 2));
    }

    [Test]
    public void WhenShortRolloutsShowNoHarmAndNoMore_ThenThoseThatFullWeightRequiresEvidenceOfWait()
    {
        var past = Wandering.Alike(4, hours: 2);
        var length = TimeSpan.FromMinutes(4);
        var rollouts = PlaceboDraw.Draw(past.Pods, A.At(300), A.At(7200), length, 20, _ => 1, seed: 1).Rollouts;

        var (full, always, never) = (Run(Requirement.EvidenceForFullWeight), Run(Requirement.Evidence), Run(Requirement.NoHarm));

        Assert.That(full, Is.EqualTo(always), "at the end of the steps they ask for the same");
        Assert.That(full.Count(one => one.Phase == RunPhase.Successful),
            Is.LessThan(never.Count(one => one.Phase == RunPhase.Successful) / 2));
        Assert.That(full.Where(one => one.Phase == RunPhase.Inconclusive).Select(one => one.Message),
            Has.Some.EqualTo("has not shown yet that the canary is not much worse"));
        Assert.That(full.Where(one => one.Phase == RunPhase.Successful).Select(one => one.Message), Is.Not.Empty.And.All.Empty);

        PlaceboVerdict[] Run(Requirement require)
        {
            var test = Test.During(length);
            test = test with { Metric = test.Metric with { Comparison = test.Metric.Comparison! with { Require = require } } };
            return [.. rollouts.Select(rollout => PlaceboReplay.Run(test, past, rollout))];
        }
    }

    [Test]
    public void WhenNobodyAsksForAnything_ThenNothingIsSeen()
    {
        var quiet = new MetricAnswer.Matrix([.. Wandering.Counters(4, 2, (_, _) => 0).Series
            .Select(series => series with { Points = [.. series.Points.Select(point => point with { Value = 5 })] })], []);
        var past = PastCounters.Join([quiet]);

        var verdicts = Draw(past, 2, least: 3).Rollouts.Select(rollout => PlaceboReplay.Run(Test, past, rollout)).ToArray();

        Assert.That(verdicts.Select(one => one.Message), Is.Not.Empty.And.All.EqualTo(PlaceboReplay.NothingSeen));
    }

    [Test]
    public void WhenTheWeightRises_ThenTheCanaryGetsMoreOfItsPods()
    {
        var ramp = Test with
        {
            Shares = [new(TimeSpan.Zero, 0.05), new(TimeSpan.FromMinutes(10), 0.25), new(TimeSpan.FromMinutes(20), 0.5)],
        };

        Assert.That(new[] { 0.5, 10, 10.5, 20, 20.5, 30 }.Select(minutes => ramp.PodsAt(TimeSpan.FromMinutes(minutes), stable: 6, most: 6)),
            Is.EqualTo(new[] { 1, 1, 2, 2, 6, 6 }));
        Assert.That(ramp.WithAllPods().PodsAt(TimeSpan.FromMinutes(1), stable: 6, most: 2), Is.EqualTo(2));
    }

    // The judge and nothing else: its windows on the grid, each with far more samples than it needs.
    private static (bool IsRolledBack, TimeSpan After) ByHand(PastCounters past, PlaceboRollout rollout)
    {
        var metric = Test.Metric;
        var status = new MetricStatus(metric.Name, RunPhase.Running, "", 0, 0, 0, 0, 0, null, []);
        for (var due = rollout.At + metric.Window; due <= rollout.At + Length; due = Next(due))
        {
            var to = due - metric.Comparison!.Lag;
            var judgement = ComparisonJudge.Judge(metric, status, new FinishedMeasurement(metric.Name, due, due, Read(rollout.Canary, to))
            {
                Baseline = Read(rollout.Stable, to),
            }, rollout.At);
            if (judgement.Verdict == RunPhase.Failed) return (true, due - rollout.At);
            status = status with { Evidence = judgement.Evidence };
        }

        return (false, Length);

        MetricAnswer.Matrix Read(EquatableArray<string> pods, DateTimeOffset to) => past.Read(pods, to.AddMinutes(-12), to);
    }

    private static DateTimeOffset Next(DateTimeOffset due)
    {
        var next = DateTimeOffset.FromUnixTimeSeconds(((due.ToUnixTimeSeconds() / 30) + 1) * 30);
        return (next - due).TotalSeconds < 15 ? next.AddSeconds(30) : next;
    }
}
