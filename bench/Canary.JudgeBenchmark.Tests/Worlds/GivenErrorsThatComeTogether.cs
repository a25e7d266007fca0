using System;
using System.Collections.Generic;
using System.Linq;
using Canary.JudgeBenchmark.Worlds;
using NUnit.Framework;

namespace Canary.JudgeBenchmark.Tests.Worlds;

public sealed class GivenErrorsThatComeTogether
{
    private static readonly Cell Plain = new(100, 0.01, Schedule.Constant(50));

    [TestCase(Noise.MeshRetries)]
    [TestCase(Noise.ClientLoops)]
    [TestCase(Noise.Sessions)]
    public void WhenThereAreMany_ThenTheyFavourNoArm(int noise)
    {
        var maker = new WorldMaker(Plain with { Noise = (Noise)noise, Effect = new WorldEffect(2) }, 5);
        var (counts, errors) = (new double[2], new double[2]);
        for (var run = 0; run < 60; run++)
        {
            var world = maker.Make(run);
            foreach (var arm in Enum.GetValues<Arm>())
            {
                counts[(int)arm] += Slots().Sum(slot => world.Requests(arm, slot));
                errors[(int)arm] += Slots().Sum(slot => world.Errors(arm, slot));
            }
        }

        Assert.That(counts, Is.All.EqualTo(60 * 180_000).Within(2).Percent);
        Assert.That(errors[0] / counts[0], Is.EqualTo(0.02).Within(5).Percent);
        Assert.That(errors[1] / counts[1], Is.EqualTo(0.01).Within(5).Percent);
    }

    [Test]
    public void WhenAMeshTriesAgain_ThenErrorsComeInThreesAtPodsOfTheArm()
    {
        // So few that each call stands alone.
        var maker = new WorldMaker(Plain with { Noise = Noise.MeshRetries, Rate = 2, Errors = 0.003 }, 5);
        var sizes = new List<long>();
        var pods = 0;
        for (var run = 0; run < 60; run++)
        {
            var world = maker.Make(run);
            foreach (var arm in Enum.GetValues<Arm>())
                sizes.AddRange(Groups(slot => world.Errors(arm, slot), Clock.Slots - 1));
            pods = Math.Max(pods, Enumerable.Range(0, 2).Count(pod => world.Series[world.Shape.Failed(pod)].Count > 0));
        }

        Assert.That(sizes, Has.Count.GreaterThan(100));
        Assert.That(sizes.Select(size => size % 3), Is.All.Zero);
        Assert.That(pods, Is.EqualTo(2), "not at one pod alone");
    }

    [Test]
    public void WhenAClientLoops_ThenOnePodHasItsErrorsAndTheyAreFiftyOnAverage()
    {
        var maker = new WorldMaker(Plain with { Noise = Noise.ClientLoops, Rate = 20, Errors = 0.002 }, 5);
        var sizes = new List<double>();
        for (var run = 0; run < 100; run++)
        {
            var world = maker.Make(run);
            var (first, end) = world.Shape.PodsOf(Arm.Stable);
            var slots = Slots().Where(slot => world.Errors(Arm.Stable, slot) >= 10).ToList();
            foreach (var slot in slots)
            {
                double[] grown =
                    [.. Enumerable.Range(first, end - first).Select(pod => Grown(world.Series[world.Shape.Failed(pod)], slot))];
                Assert.That(grown.Sum() - grown.Max(), Is.LessThanOrEqualTo(4), "others have single errors");
            }

            // A loop of few is told from nothing but by its share of the errors.
            sizes.AddRange(Groups(slot => world.Errors(Arm.Stable, slot) >= 10 ? world.Errors(Arm.Stable, slot) : 0, Clock.Slots)
                .Select(size => (double)size));
        }

        Assert.That(sizes.Average(), Is.EqualTo(60).Within(12), "fifty, and more of those that have ten at least");
        Assert.That(sizes.Max(), Is.GreaterThan(120), "and some are long");
    }

    [Test]
    public void WhenUsersStick_ThenRequestsComeInTwentiesAndSomeUsersFailOften()
    {
        var sparse = new WorldMaker(Plain with { Noise = Noise.Sessions, Rate = 0.02 }, 5);
        var visits = new List<long>();
        for (var run = 0; run < 40; run++)
        {
            var world = sparse.Make(run);
            visits.AddRange(Groups(slot => world.Requests(Arm.Canary, slot), Clock.Slots - 5, quiet: 5));
        }

        var busy = new WorldMaker(Plain with { Noise = Noise.Sessions }, 5);
        double[] errors = [.. Enumerable.Range(0, 10).Select(busy.Make).SelectMany(world => Slots().Chunk(12)
            .Select(slots => (double)slots.Sum(slot => world.Errors(Arm.Stable, slot))).ToArray())];
        var mean = errors.Average();

        Assert.That(visits, Has.Count.GreaterThan(40));
        Assert.That(visits.Select(size => size % 20), Is.All.Zero);
        Assert.That(errors.Average(count => (count - mean) * (count - mean)) / mean, Is.InRange(1.7, 3.2), "a binomial has 0.99");
    }

    private static IEnumerable<int> Slots() => Enumerable.Range(Clock.Before, Clock.Slots - Clock.Before);

    // Sums of what happened without so many quiet slots between; the last is left out where it may go on after the end.
    private static List<long> Groups(Func<int, long> counted, int end, int quiet = 1)
    {
        var groups = new List<long>();
        var (sum, last) = (0L, int.MinValue);
        for (var slot = Clock.Before - 4; slot < Clock.Slots; slot++)
        {
            var count = counted(slot);
            if (count == 0) continue;
            if (sum > 0 && slot - last > quiet)
            {
                groups.Add(sum);
                sum = 0;
            }

            sum += count;
            last = slot;
        }

        if (sum > 0 && last < end) groups.Add(sum);
        return groups;
    }

    // From the scrape in the slot before to the one in the slot after.
    private static double Grown(SeriesSamples series, int slot)
    {
        var (first, last) = (series.After(Clock.StartOf(slot - 1)), series.After(Clock.StartOf(slot + 2)) - 1);
        return first >= series.Count || last < first ? 0 : series.Totals[last] - series.Totals[first];
    }
}
