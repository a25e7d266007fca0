using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using Canary.EndToEnd.Tests.Stories;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests.Strategies;

/// <summary>A team has one StatefulSet or one DaemonSet, and one Service. Canary takes it over, releases, rolls back, and gives it
/// back. The number of pods is that of the set: the canary has those for its share, and stable those that are left.</summary>
public sealed class GivenOneSet : StoriesOfOneWorld
{
    private const string OldVersions = "2.0.0 2.0.0 2.0.0";

    private const string Strategy = $$$"""
        {"canary":{{{{Story.ErrorsOfServices}}},
          "steps":[{"setWeight":20},{"pause":{"duration":"6s"}},{"setWeight":66},{"pause":{"duration":"6s"}}]}}
        """;

    internal override IReadOnlyList<Func<Story, Task>> Stories => [StatefulSetAsync, DaemonSetAsync];

    [Test, CancelAfter(360_000), Strategy("StatefulSet, by partition")]
    public Task WhenAStatefulSetIsTakenOverReleasedRolledBackAndGivenBack_ThenNoRequestFailsForIt() => EndAsync(StatefulSetAsync);

    [Test, CancelAfter(360_000), Strategy("DaemonSet, OnDelete")]
    public Task WhenADaemonSetIsTakenOverReleasedRolledBackAndReverted_ThenNoRequestFailsForIt() => EndAsync(DaemonSetAsync);

    private static async Task StatefulSetAsync(Story story)
    {
        var (shop, load) = await HaveOneSetAsync(story, KnownKinds.StatefulSets, """{"replicas":3,"serviceName":"checkout"}""");
        Assert.That(await PartitionAsync(), Is.EqualTo(0), "nothing of the set changes until the route is right");
        await shop.RouteAsync();
        await shop.UntilPhaseAsync("Healthy");

        await shop.DeployAsync("2.0.0", kind: KnownKinds.StatefulSets);
        await shop.UntilPromotedAsync(null);
        await shop.UntilAsync("all pods run it", async () => await shop.VersionsAsync() == OldVersions);

        load.BadVersion = "3.0.0";
        await shop.DeployAsync("3.0.0", 0.4, KnownKinds.StatefulSets);
        await shop.UntilPhaseAsync("RolledBack", 120);
        await shop.UntilAsync("the pods are back", async () => await shop.VersionsAsync() == OldVersions);
        Assert.That(await PartitionAsync(), Is.EqualTo(1_000_000_000), "the refused template updates no pod");

        await shop.DeployAsync("2.0.0", kind: KnownKinds.StatefulSets);
        await shop.UntilPhaseAsync("Healthy");
        await shop.DeleteRolloutAsync();
        Assert.That((await PartitionAsync(), await shop.SelectorAsync("checkout-stable"), await shop.SelectorAsync("checkout-canary")),
            Is.EqualTo((0, """{"app":"checkout"}""", """{"app":"checkout"}""")));

        async Task<int?> PartitionAsync() => (int?)(await shop.World.Api.GetAsync(KnownKinds.StatefulSets, shop.Name, story.Cancel))
            ["spec"]!["updateStrategy"]!["rollingUpdate"]!["partition"];
    }

    private static async Task DaemonSetAsync(Story story)
    {
        var (shop, load) = await HaveOneSetAsync(story, KnownKinds.DaemonSets, """{"updateStrategy":{"type":"OnDelete"}}""");
        await shop.RouteAsync();
        await shop.UntilPhaseAsync("Healthy");
        Assert.That(await shop.SelectorAsync("checkout-stable"), Does.Contain("controller-revision-hash"));

        await shop.DeployAsync("2.0.0", kind: KnownKinds.DaemonSets);
        await shop.UntilPromotedAsync(null);
        Assert.That(await shop.VersionsAsync(), Is.EqualTo(OldVersions));

        load.BadVersion = "3.0.0";
        await shop.DeployAsync("3.0.0", 0.4, KnownKinds.DaemonSets);
        await shop.UntilPhaseAsync("RolledBack", 120);
        Assert.That(await shop.VersionsAsync(), Does.Match("2.0.0").And.Match("3.0.0"),
            "no pod is touched while the refused template is there");
        await shop.DeployAsync("2.0.0", kind: KnownKinds.DaemonSets);
        await shop.UntilAsync("the pods are back", async () => await shop.VersionsAsync() == OldVersions);
        await shop.UntilPhaseAsync("Healthy");
        await shop.DeleteRolloutAsync();

        Assert.That((await shop.SelectorAsync("checkout-stable"), await shop.SelectorAsync("checkout-canary")),
            Is.EqualTo(("""{"app":"checkout"}""", """{"app":"checkout"}""")));
    }

    // Before the route names the sides: the set, its Rollout, and the Services that Canary makes for it.
    private static async Task<(Shop Shop, RequestLoad Load)> HaveOneSetAsync(Story story, ResourceKind kind, string spec)
    {
        var shop = await story.OpenAsync();
        await shop.CreateServiceAsync();
        await shop.CreateWorkloadAsync(kind, spec);
        await shop.CreateVirtualServiceAsync();
        var (load, _) = await story.ServeAsync(shop, 3, isOneSet: true);
        await shop.CreateRolloutAsync(Strategy, kind: kind.Kind);
        await shop.UntilAsync("the Services are there", async () => await shop.SelectorAsync("checkout-canary") is not null);
        return (shop, load);
    }
}
