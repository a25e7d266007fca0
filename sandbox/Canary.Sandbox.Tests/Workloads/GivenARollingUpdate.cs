using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Sandbox.Workloads.Deployments;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Workloads;

public sealed class GivenARollingUpdate
{
    /// <summary>Pods become available one at a time, in an order by lot; every bound holds at every moment, and it ends.</summary>
    [Test]
    public void WhenItIsCarriedOutInAnyOrder_ThenNeitherBoundIsBrokenAndItEnds([Range(1, 40)] int seed)
    {
        var random = new Random(seed);
        var replicas = random.Next(0, 12);
        var update = new RollingUpdate(replicas, random.Next(0, 4), random.Next(0, Math.Max(1, replicas)));
        if (update.MaxSurge == 0 && update.MaxUnavailable == 0) update = update with { MaxUnavailable = 1 };
        var sets = new List<SetSize> { new("new", 0, 0), new("old-1", replicas, replicas) };
        if (seed % 3 == 0) sets.Add(new SetSize("old-2", 0, 0));

        for (var i = 0; i < 500 && !IsDone(sets, replicas); i++)
        {
            var next = update.Next(sets[0], [.. sets.Skip(1)]);
            sets = [.. sets.Select(set => next.TryGetValue(set.Name, out var size)
                ? set with { Wanted = size, Available = Math.Min(size, set.Available) } : set)];
            Assert.That(sets.Sum(set => set.Wanted), Is.LessThanOrEqualTo(replicas + update.MaxSurge));
            Assert.That(sets.Sum(set => set.Available), Is.GreaterThanOrEqualTo(replicas - update.MaxUnavailable));
            if (random.Next(2) == 0 && sets[0].Available < sets[0].Wanted) sets[0] = sets[0] with { Available = sets[0].Available + 1 };
        }

        Assert.That(IsDone(sets, replicas), Is.True, string.Join(", ", sets));
    }

    [Test]
    public void WhenTheNewPodsNeverWork_ThenTheOldOnesStayAsFarAsTheyMustNotBeMissing()
    {
        var update = new RollingUpdate(4, 1, 1);
        var sets = new List<SetSize> { new("new", 0, 0), new("old", 4, 4) };

        for (var i = 0; i < 50; i++)
        {
            var next = update.Next(sets[0], [sets[1]]);
            sets = [.. sets.Select(set => next.TryGetValue(set.Name, out var size)
                ? set with { Wanted = size, Available = Math.Min(size, set.Available) } : set)];
        }

        Assert.That(sets, Is.EqualTo(new[] { new SetSize("new", 2, 0), new SetSize("old", 3, 3) }));
    }

    [TestCase("""{"spec":{"replicas":10}}""", 3, 2)]
    [TestCase("""{"spec":{"replicas":10,"strategy":{"rollingUpdate":{"maxSurge":"30%","maxUnavailable":0}}}}""", 3, 0)]
    [TestCase("""{"spec":{"replicas":2,"strategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":0}}}}""", 0, 1)]
    [TestCase("""{"spec":{}}""", 1, 0)]
    public void WhenTheBoundsAreRead_ThenSurgeIsRoundedUpAndUnavailableDown(string deployment, int surge, int unavailable)
    {
        var update = RollingUpdate.Read(JsonNode.Parse(deployment)!.AsObject());

        Assert.That((update.MaxSurge, update.MaxUnavailable), Is.EqualTo((surge, unavailable)));
    }

    private static bool IsDone(List<SetSize> sets, int replicas) =>
        sets[0] == new SetSize("new", replicas, replicas) && sets.Skip(1).All(set => set.Wanted == 0);
}
