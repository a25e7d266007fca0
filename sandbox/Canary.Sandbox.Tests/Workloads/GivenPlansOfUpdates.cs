using System;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;
using Canary.Sandbox.Workloads.DaemonSets;
using Canary.Sandbox.Workloads.Deployments;
using Canary.Sandbox.Workloads.StatefulSets;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Workloads;

/// <summary>Updates whose pods become available in an order by lot: every bound holds at every moment, and they end.</summary>
public sealed class GivenPlansOfUpdates
{
    [Test]
    public void WhenADaemonSetIsUpdated_ThenItKeepsToItsBoundsAndEnds([Range(1, 40)] int seed)
    {
        var random = new Random(seed);
        string[] nodes = [.. Enumerable.Range(1, random.Next(1, 6)).Select(number => $"n{number}")];
        var surge = seed % 2 == 0 ? random.Next(1, 3) : 0;
        var plan = new DaemonSetPlan(nodes, true, surge > 0 ? 0 : random.Next(1, 3), surge);
        var pods = nodes.Select(node => new DaemonPod($"old-{node}", node, IsUpdated: false, IsAvailable: true)).ToList();

        for (var step = 0; step < 200; step++)
        {
            var (created, deleted) = plan.Next(pods);
            pods.RemoveAll(pod => deleted.Contains(pod.Name));
            pods.AddRange(created.Select(node => new DaemonPod($"new-{node}", node, IsUpdated: true, IsAvailable: false)));
            var available = nodes.Count(node => pods.Any(pod => pod.Node == node && pod.IsAvailable));
            Assert.That(available, Is.GreaterThanOrEqualTo(nodes.Length - plan.MaxUnavailable));
            Assert.That(pods, Has.Count.LessThanOrEqualTo(nodes.Length + surge));
            if (pods.Count == 0) continue;
            var lucky = random.Next(pods.Count);
            pods[lucky] = pods[lucky] with { IsAvailable = true };
        }

        Assert.That(pods.Select(pod => (pod.Node, pod.IsUpdated)), Is.EquivalentTo(nodes.Select(node => (node, true))));
        var (more, less) = plan.Next(pods);
        Assert.That(more.Concat(less), Is.Empty);
    }

    [Test]
    public void WhenAnOrderedStatefulSetIsUpdated_ThenOnePodAtATimeIsMissingAndThePartitionStays([Range(1, 40)] int seed)
    {
        var random = new Random(seed);
        var replicas = random.Next(1, 7);
        var partition = random.Next(0, replicas);
        var plan = new StatefulSetPlan(0, replicas, true, true, partition, "a", "b");
        var pods = Enumerable.Range(0, replicas).Select(ordinal => new StatefulPod(ordinal, "a", IsAvailable: true)).ToList();

        for (var step = 0; step < 200; step++)
        {
            var (created, deleted) = plan.Next(pods);
            pods.RemoveAll(deleted.Contains);
            pods.AddRange(created.Select(creation => new StatefulPod(creation.Ordinal, creation.Revision, IsAvailable: false)));
            Assert.That(pods.Count(pod => pod.IsHealthy), Is.GreaterThanOrEqualTo(replicas - 1));
            if (random.Next(2) == 0) pods = [.. pods.Select(pod => pod with { IsAvailable = true })];
        }

        Assert.That(pods.OrderBy(pod => pod.Ordinal).Select(pod => pod.Revision),
            Is.EqualTo(Enumerable.Range(0, replicas).Select(ordinal => ordinal < partition ? "a" : "b")));
    }

    [Test]
    public void WhenADeploymentIsResizedDuringARollout_ThenItsSetsHaveWhatItMayHaveInAll([Range(1, 40)] int seed)
    {
        var random = new Random(seed);
        var (before, after, surge) = (random.Next(1, 30), random.Next(1, 30), random.Next(0, 5));
        var fresh = random.Next(1, before + surge);
        var deployment = JsonNode.Parse(
            $$$"""{"spec":{"replicas":{{{after}}},"strategy":{"rollingUpdate":{"maxSurge":{{{surge}}},"maxUnavailable":1} } } }""")!.AsObject();
        JsonObject[] sets = [Set("new", fresh, before, surge), Set("old", Math.Max(1, before + surge - fresh), before, surge)];

        var next = ProportionalScaling.Next(deployment, sets[0], sets);

        var sizes = sets.Select(set => next.TryGetValue(set.Name(), out var size) ? size : set.NumberAt("spec", "replicas")!.Value)
            .ToList();
        Assert.That(sizes, Is.All.GreaterThanOrEqualTo(0));
        Assert.That(sizes.Sum(), Is.EqualTo(after + surge));
        Assert.That(ProportionalScaling.IsDue(deployment, sets), Is.EqualTo(before != after));
    }

    private static JsonObject Set(string name, int size, int desired, int surge) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["creationTimestamp"] = name == "new" ? "2026-01-02T00:00:00Z" : "2026-01-01T00:00:00Z",
            ["annotations"] = new JsonObject
            {
                [ReplicaSetDocument.DesiredAnnotation] = $"{desired}",
                [ReplicaSetDocument.MostAnnotation] = $"{desired + surge}",
            },
        },
        ["spec"] = new JsonObject { ["replicas"] = size },
    };
}
