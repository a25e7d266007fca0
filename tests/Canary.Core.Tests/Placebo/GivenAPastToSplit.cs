using System;
using System.Linq;
using Canary.Core.Placebo;
using Canary.Core.Tests.Analysis;
using NUnit.Framework;

namespace Canary.Core.Tests.Placebo;

/// <summary>Pods of the past, of which some were there for a part of it.</summary>
public sealed class GivenAPastToSplit
{
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(30);

    private static PastPod Pod(string name, double fromMinute = 0, double toMinute = 1000) =>
        new(name, A.At(60 * fromMinute), A.At(60 * toMinute));

    private static PlaceboDraw Draw(PastPod[] pods, int least = 40, ulong seed = 1, int minutes = 310) =>
        PlaceboDraw.Draw(pods, A.At(0), A.At(60 * minutes), Length, least, count => count / 3, seed);

    [Test]
    public void WhenItIsDrawn_ThenEachRolloutHasTheSmallerGroupAsItsCanaryAndThoseOfARoundDoNotOverlap()
    {
        PastPod[] pods = [.. "abcdef".Select(name => Pod($"{name}"))];

        var draw = Draw(pods);

        Assert.That((draw.Rollouts.Count, draw.Rounds, draw.Apart), Is.EqualTo((40, 4, 10)));
        foreach (var rollout in draw.Rollouts)
        {
            Assert.That(rollout.Canary, Has.Count.EqualTo(2));
            Assert.That(rollout.Canary.Concat(rollout.Stable), Is.EquivalentTo(pods.Select(pod => pod.Name)));
            Assert.That(rollout.At >= A.At(0) && rollout.At + Length <= A.At(60 * 310));
        }

        foreach (var round in draw.Rollouts.GroupBy(rollout => rollout.Round))
            Assert.That(round.Zip(round.Skip(1)).All(pair => pair.First.At + Length <= pair.Second.At));
        Assert.That(draw.Rollouts.Select(rollout => rollout.Canary).Distinct().Count(), Is.GreaterThan(10));
        Assert.That(draw.Rollouts.Select(rollout => rollout.At).Distinct().Count(), Is.GreaterThan(30));
    }

    [Test]
    public void WhenTheSeedIsTheSame_ThenTheDrawIs()
    {
        PastPod[] pods = [.. "abcdef".Select(name => Pod($"{name}"))];

        var (first, second) = (Draw(pods), Draw(pods));

        Assert.That(second, Is.EqualTo(first));
        Assert.That(Draw(pods, seed: 2), Is.Not.EqualTo(first));
    }

    [Test]
    public void WhenPodsAreReplacedInTheMiddle_ThenTheRolloutsOfThatTimeAreLeftOut()
    {
        // A release at minute 100, and a single pod for the hour before minute 240.
        PastPod[] pods = [.. "abc".Select(name => Pod($"{name}", 0, 100)), Pod("d", 99), Pod("e", 99, 180), Pod("f", 99, 180),
            Pod("g", 240), Pod("h", 240)];

        var draw = Draw(pods, minutes: 300, least: 10);

        Assert.That((draw.OnePod, draw.Replaced), Is.EqualTo((2, 1)));
        Assert.That(draw.Rollouts.Select(rollout => (rollout.At - A.Start).TotalMinutes),
            Is.EqualTo(new[] { 0, 30, 60, 120, 150, 240, 270 }));
    }

    [Test]
    public void WhenThereIsOnePod_ThenNothingIsDrawn() =>
        Assert.That((Draw([Pod("a")]).Rollouts.Count, Draw([Pod("a")], least: 10).OnePod), Is.EqualTo((0, 10)));

    [Test]
    public void WhenThePastIsTooShort_ThenNothingIsDrawn() =>
        Assert.That(Draw([Pod("a"), Pod("b"), Pod("c")], minutes: 29), Is.EqualTo(new PlaceboDraw([], 0, 0, 0)));

    [Test]
    public void WhenPartsOfThePastOverlap_ThenASampleCountsOnce()
    {
        var whole = Wandering.Counters(2, 1, (_, _) => 1);

        var joined = PastCounters.Join([whole, whole]);

        Assert.That(joined.Read(["checkout-0", "checkout-1"], A.At(-1), A.At(3600)), Is.EqualTo(whole));
        Assert.That(joined.Pods[1], Is.EqualTo(new PastPod("checkout-1", A.At(1), A.At(3586))));
        Assert.That(joined.Read(["checkout-0"], A.At(15), A.At(30)).Series.Select(series => series.Points.Single().At),
            Is.EqualTo(new[] { A.At(30), A.At(30) }), "open to the left");
    }
}
