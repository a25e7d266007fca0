using System;
using System.Linq;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Traffic;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Traffic;

/// <summary>How near whole pods come to a weight.</summary>
public sealed class GivenPodsBehindOneService
{
    [TestCase(20, 10, 2, 10, 2, 8)]
    [TestCase(20, 12, 3, 12, 3, 12)]
    [TestCase(20, 12, 2, 12, 2, 8 + 2)]
    [TestCase(5, 3, 1, 3, 1, 3)]
    [TestCase(50, 3, 2, 3, 2, 2)]
    [TestCase(33, 3, 1, 3, 1, 2)]
    [TestCase(99, 3, 3, 3, 3, 1)]
    [TestCase(50, 1, 1, 1, 1, 1)]
    [TestCase(0, 3, 3, 3, 0, 3)]
    [TestCase(100, 3, 3, 3, 3, 0)]
    [TestCase(20, 10, 0, 10, 0, 10)]
    [TestCase(20, 10, 4, 0, 4, 0)]
    public void WhenAWeightIsAsked_ThenSoManyPodsOfEachSideServe(int weight, int size, int canary, int stable, int chosen, int beside) =>
        Assert.That(PodSplit.Find(Weight.FromPercent(weight), size, canary, stable), Is.EqualTo(new PodSplit(chosen, beside)));

    [Test]
    public void WhenItIsSaid_ThenInPodsAndPercent() => Assert.Multiple(() =>
    {
        Assert.That(new PodSplit(2, 10).ToString(), Is.EqualTo("2 of 12 pods, 16.7 %"));
        Assert.That(new PodSplit(1, 0).ToString(), Is.EqualTo("1 of 1 pod, 100 %"));
        Assert.That(new PodSplit(0, 0).ToString(), Is.EqualTo("0 of 0 pods, 0 %"));
    });

    [Test]
    public void WhenThePodsAreAny_ThenTheShareIsTheLargestUpToTheWeight_AndTheServiceIsNoSmaller()
    {
        var random = new Random(20260131);
        for (var round = 0; round < 2_000; round++)
        {
            var (size, canary, stable) = (random.Next(1, 30), random.Next(1, 30), random.Next(1, 30));
            var weight = Weight.FromPercent(random.Next(1, 100));
            var split = PodSplit.Find(weight, size, canary, stable);
            var what = $"weight {weight}, size {size}, canary {canary}, stable {stable}: {split}";

            Assert.That(split.Canary, Is.InRange(1, canary), what);
            Assert.That(split.Stable, Is.InRange(1, stable), what);
            var every = (from c in Enumerable.Range(1, canary)
                         from s in Enumerable.Range(1, stable)
                         let one = new PodSplit(c, s)
                         where one.Total >= Math.Min(size, c + stable) && IsUpTo(one, weight)
                         select one).ToArray();
            if (every.Length == 0) Assert.That(split, Is.EqualTo(new PodSplit(1, stable)), what);
            else
            {
                Assert.That(IsUpTo(split, weight), what);
                Assert.That(split.Total, Is.GreaterThanOrEqualTo(Math.Min(size, split.Canary + stable)), what);
                Assert.That(every.All(one => one.Canary * split.Total <= split.Canary * one.Total), what);
            }
        }
    }

    [Test]
    public void WhenTheWeightRises_ThenTheShareNeverFalls()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var (size, canary, stable) = (random.Next(1, 40), random.Next(1, 40), random.Next(1, 40));
            var shares = Enumerable.Range(0, 101).Select(percent => PodSplit.Find(Weight.FromPercent(percent), size, canary, stable).Share)
                .ToArray();
            Assert.That(shares, Is.Ordered, $"size {size}, canary {canary}, stable {stable}");
        }
    }

    [Test]
    public void WhenTheCanaryHasThePodsThatItsWeightNeeds_ThenBothSidesHaveTheCapacityOfTheirShare()
    {
        for (var size = 1; size <= 60; size++)
        {
            for (var percent = 1; percent < 100; percent++)
            {
                var weight = Weight.FromPercent(percent);
                var split = PodSplit.Find(weight, size, Math.Max(1, Capacity.PodsFor(weight, size)), size);
                Assert.That(split.Total, Is.GreaterThanOrEqualTo(size), $"{weight} of {size}: {split}");
            }
        }
    }

    private static bool IsUpTo(PodSplit split, Weight weight) => split.Canary * 10_000L <= (weight.BasisPoints + 50L) * split.Total;
}
