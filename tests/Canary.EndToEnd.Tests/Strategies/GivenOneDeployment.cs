using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Stories;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests.Strategies;

/// <summary>A team has one Deployment and one Service. Canary takes them over, releases by each strategy, and gives them back, and no
/// request fails.</summary>
public sealed class GivenOneDeployment : StoriesOfOneWorld
{
    internal override IReadOnlyList<Func<Story, Task>> Stories =>
        [StepsAsync, RollbackAsync, RampAsync, BlueGreenAsync, DynamicStableScaleAsync, SupersedeAsync, DeletionAsync, AutoscalerAsync];

    [Test, CancelAfter(360_000), Strategy("canary by steps: taken over, released, deleted in the middle")]
    public Task WhenItIsTakenOverReleasedAndGivenBack_ThenNoRequestFails() => EndAsync(StepsAsync);

    [Test, CancelAfter(360_000), Strategy("canary by steps: a bad version is rolled back")]
    public Task WhenABadVersionIsRolledBack_ThenTheCopyWasNeverTouched_AndADeletedCopyComesBackAtTheStableVersion() =>
        EndAsync(RollbackAsync);

    [Test, CancelAfter(360_000), Strategy("canary by ramp")]
    public Task WhenItIsReleasedByARamp_ThenEachWeightOfTheRampHasItsPods() => EndAsync(RampAsync);

    [Test, CancelAfter(360_000), Strategy("blue-green")]
    public Task WhenItIsReleasedBlueGreen_ThenAllTrafficMovesOnceAndABadVersionIsTakenOffAtOnce() => EndAsync(BlueGreenAsync);

    [Test, CancelAfter(360_000), Strategy("canary with dynamicStableScale: aborted while stable is small")]
    public Task WhenItIsAbortedWhileStableIsSmall_ThenTheTrafficFollowsStablesPods() => EndAsync(DynamicStableScaleAsync);

    [Test, CancelAfter(360_000), Strategy("canary by steps: superseded by a push in the middle")]
    public Task WhenANewerVersionIsPushedInTheMiddle_ThenTheTrafficReturnsFirst_AndTheNewerIsPromoted() => EndAsync(SupersedeAsync);

    [Test, CancelAfter(360_000), Strategy("canary with dynamicStableScale: deleted while stable is small")]
    public Task WhenTheRolloutIsDeletedWhileStableIsSmall_ThenTheDeploymentServesAllBeforeTheCopyGoes() => EndAsync(DeletionAsync);

    [Test, CancelAfter(360_000), Strategy("canary by steps: an autoscaler scales in the middle")]
    public Task WhenAnAutoscalerScalesInTheMiddle_ThenBothSidesGrow_AndTheWorkloadsIsTheOnlyOneInTheEnd() => EndAsync(AutoscalerAsync);

    private static async Task StepsAsync(Story story)
    {
        var (shop, _, capacity) = await story.HaveOneDeploymentAsync();
        await shop.CreateRolloutAsync($$$"""
            {"canary":{"scaleDownDelay":"5s",{{{Story.ErrorsOfServices}}},
              "steps":[{"setWeight":5},{"pause":{"duration":"6s"}},{"setWeight":50},{"pause":{"duration":"4s"}}]}}
            """);
        await shop.UntilAsync("the route is missed", status => ((string?)status["message"])?.Contains("no destination") is true);
        await shop.UntilCopyServesAsync();
        Assert.That(await shop.ReplicasAsync("checkout"), Is.EqualTo(3), "the workload serves until the route is there");
        await shop.RouteAsync();
        await shop.UntilPhaseAsync("Healthy");
        await shop.UntilIdleAsync();

        await shop.DeployAsync("2.0.0");
        await shop.UntilPromotedAsync("2.0.0");
        Assert.That(capacity.Weights, Is.EqualTo(new[] { 0, 5, 50, 100, 0 }));

        await shop.DeployAsync("3.0.0");
        await shop.UntilWeightAsync(5);
        await shop.DeleteRolloutAsync();
        Assert.Multiple(() =>
        {
            Assert.That(shop.World.Api.FindAsync(KnownKinds.Deployments, shop.Copy, story.Cancel).Result, Is.Null);
            Assert.That(shop.ReplicasAsync("checkout").Result, Is.EqualTo(3), "it serves all traffic again");
            Assert.That(shop.SelectorAsync("checkout").Result, Is.EqualTo("""{"app":"checkout"}"""), "the team's Service is as it was");
            Assert.That(shop.SelectorAsync("checkout-stable").Result, Is.EqualTo("""{"app":"checkout"}"""), "the route still names it");
        });
    }

    private static async Task RollbackAsync(Story story)
    {
        var (shop, load, capacity) = await story.TakeOverAsync($$$"""
            {"canary":{"scaleDownDelay":"5s",{{{Story.ErrorsOfServices}}},"steps":[{"setWeight":30},{"pause":{"duration":"2m"}}]}}
            """);
        load.BadVersion = "3.0.0";

        await shop.DeployAsync("3.0.0", 0.4);
        await shop.UntilPhaseAsync("RolledBack");
        await shop.UntilIdleAsync();
        Assert.That(await shop.VersionAsync("checkout-stable"), Is.EqualTo("1.0.0"));

        // Nobody serves while the only pods of the stable version are gone, whoever deleted them.
        await load.EndAsync();
        await capacity.ExpectAsync(0, story.Cancel);
        await shop.World.Api.DeleteAsync(KnownKinds.Deployments, shop.Copy, DeleteOptions.Default, story.Cancel);
        await shop.UntilAsync("the copy is there again", async () =>
            await shop.World.Api.FindAsync(KnownKinds.Deployments, shop.Copy, story.Cancel) is { } copy
                && (string?)copy["metadata"]!["deletionTimestamp"] is null);
        Assert.That(await shop.VersionAsync("checkout-stable"), Is.EqualTo("1.0.0"),
            "the workload has the bad version, and an old ReplicaSet remembers the stable one");
        await shop.UntilIdleAsync();
    }

    private static async Task RampAsync(Story story)
    {
        var (shop, _, capacity) = await story.TakeOverAsync(
            """{"canary":{"scaleDownDelay":"5s","ramp":{"from":20,"to":80,"by":20,"every":"3s"}}}""");

        await shop.DeployAsync("2.0.0");
        await shop.UntilPromotedAsync("2.0.0");
        await shop.UntilIdleAsync();

        Assert.That(capacity.Weights, Is.EqualTo(new[] { 0, 20, 40, 60, 80, 100, 0 }));
    }

    private static async Task BlueGreenAsync(Story story)
    {
        var (shop, load, capacity) = await story.TakeOverAsync("""
            {"blueGreen":{"previewReplicaCount":1,"autoPromotionEnabled":false,"scaleDownDelay":"8s","abortScaleDownDelay":"5s",
              "postPromotionAnalysis":{"templates":[{"templateName":"switched"}]}}}
            """, create: shop => shop.CreateAsync(KnownKinds.AnalysisTemplates, """
            {"apiVersion":"canary.delivery/v1alpha1","kind":"AnalysisTemplate","metadata":{"name":"switched"},
             "spec":{"metrics":[{"name":"error-rate","interval":"1s","count":10,"failureCondition":"result[0] > 0.1","failureLimit":1,
               "inconclusiveLimit":30,"provider":{"red":{"preset":"istio-service","signal":"errors","window":"8s"}}}]}}
            """));
        load.BadVersion = "3.0.0";

        await shop.DeployAsync("2.0.0");
        await shop.UntilAsync("the preview waits for a person",
            status => (string?)status["message"] == "preview without traffic, paused until a person promotes");
        Assert.That(await shop.ReplicasAsync("checkout"), Is.EqualTo(1), "the preview is small");
        await shop.AskAsync("promote");
        await shop.UntilAsync("switched", status => (int?)status["weights"]?["applied"] == 100 && (string?)status["step"] == "switched");
        Assert.That(await shop.VersionAsync("checkout-stable"), Is.EqualTo("1.0.0"), "the way back");
        await shop.UntilPromotedAsync("2.0.0");

        await shop.DeployAsync("3.0.0", 0.4);
        await shop.UntilAsync("the preview waits again", status => (string?)status["hold"]?["reason"] == "PauseStep");
        await shop.AskAsync("promote");
        var after = await shop.UntilPhaseAsync("RolledBack");

        Assert.That(capacity.Weights, Is.EqualTo(new[] { 0, 100, 0, 100, 0 }));
        Assert.That(await shop.VersionAsync("checkout-stable"), Is.EqualTo("2.0.0"));
        Assert.That((string?)after["status"]!["message"],
            Does.StartWith("rolled back at weight 100: ").And.EndsWith("(post-promotion analysis)"));
    }

    private static async Task DynamicStableScaleAsync(Story story)
    {
        var (shop, _, capacity) = await story.TakeOverAsync(
            """{"canary":{"dynamicStableScale":true,"scaleDownDelay":"3s","steps":[{"setWeight":50},{"pause":{}}]}}""");

        await shop.DeployAsync("2.0.0");
        await shop.UntilWeightAsync(50);
        await shop.UntilAsync("stable shrinks", async () => await shop.ReplicasAsync("checkout-stable") == 2);
        await shop.AskAsync("abort");
        await shop.UntilPhaseAsync("RolledBack");
        await shop.UntilIdleAsync();

        Assert.That(capacity.Weights, Is.EqualTo(new[] { 0, 50, 34, 0 }));
        Assert.That(await shop.ReplicasAsync("checkout-stable"), Is.EqualTo(3));
    }

    private static async Task SupersedeAsync(Story story)
    {
        var (shop, load, capacity) = await story.TakeOverAsync("""
            {"canary":{"scaleDownDelay":"5s",
              "steps":[{"setWeight":20},{"pause":{"duration":"3s"}},{"setWeight":66},{"pause":{"duration":"8s"}}]}}
            """);

        await shop.DeployAsync("2.0.0");
        await shop.UntilWeightAsync(66);
        await shop.DeployAsync("3.0.0");
        await shop.UntilPromotedAsync("3.0.0");
        await shop.UntilIdleAsync();

        Assert.That(capacity.Weights, Is.EqualTo(new[] { 0, 20, 66, 0, 20, 66, 100, 0 }));
        Assert.That(load.AnswersOf("2.0.0"), Is.GreaterThan(0), "it had requests before it was superseded");
        Assert.That((string?)(await shop.UntilPhaseAsync("Healthy"))["status"]!["history"]![1]!["outcome"], Is.EqualTo("Superseded"));
    }

    private static async Task DeletionAsync(Story story)
    {
        var (shop, _, _) = await story.TakeOverAsync(
            """{"canary":{"dynamicStableScale":true,"scaleDownDelay":"3s","steps":[{"setWeight":66},{"pause":{}}]}}""");

        await shop.DeployAsync("2.0.0");
        await shop.UntilWeightAsync(66);
        await shop.UntilAsync("stable shrinks", async () => await shop.ReplicasAsync("checkout-stable") < 3);
        await shop.DeleteRolloutAsync();

        Assert.That(await shop.VersionsAsync(), Is.EqualTo("2.0.0 2.0.0 2.0.0"), "the Deployment serves what it has, and the copy is gone");
        Assert.That(await shop.SelectorAsync("checkout"), Is.EqualTo("""{"app":"checkout"}"""));
    }

    private static async Task AutoscalerAsync(Story story)
    {
        var (shop, _, capacity) = await story.TakeOverAsync("""
            {"canary":{"scaleDownDelay":"5s","steps":[{"setWeight":20},{"pause":{}},{"setWeight":60},{"pause":{"duration":"3s"}}]}}
            """, create: shop => shop.CreateAsync(KnownKinds.HorizontalPodAutoscalers, """
            {"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"checkout"},
             "spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"checkout"},"minReplicas":3,"maxReplicas":6,
               "metrics":[{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":60}}}]}}
            """));
        await shop.UntilAsync("the copy's autoscaler may take pods away",
            async () => (await FindAsync("checkout-stable"))?["spec"] is JsonObject spec && !spec.ContainsKey("behavior"));

        await shop.DeployAsync("2.0.0");
        await shop.UntilWeightAsync(20);
        Assert.That((string?)(await FindAsync("checkout-stable"))!["spec"]!["behavior"]!["scaleDown"]!["selectPolicy"],
            Is.EqualTo("Disabled"));
        // More load in the middle: stable's autoscaler adds pods by itself, and the canary must follow with its weights.
        await LoadAsync("checkout-stable", 96);
        await shop.UntilAsync("stable has grown", async () => await shop.ReadyReplicasAsync("checkout-stable") == 6);
        await capacity.ExpectAsync(6, story.Cancel);
        await LoadAsync("checkout-stable", 50);
        await shop.AskAsync("promote");
        await shop.UntilWeightAsync(60);
        var released = await shop.ReadyReplicasAsync("checkout");
        await shop.UntilPromotedAsync("2.0.0");
        await shop.UntilIdleAsync();
        await shop.DeleteRolloutAsync();

        Assert.That(released, Is.GreaterThanOrEqualTo(4), "60 percent of six pods");
        Assert.That(await FindAsync("checkout-stable"), Is.Null);
        Assert.That(await shop.ReplicasAsync("checkout"), Is.EqualTo(6), "it serves all traffic again");

        async Task<JsonObject?> FindAsync(string name) => await shop.World.Api.FindAsync(KnownKinds.HorizontalPodAutoscalers,
            new ObjectName(shop.Name.Namespace, name), story.Cancel);

        // Percent of the request, as the sandbox's autoscaler measures it.
        Task LoadAsync(string deployment, int percent) => shop.World.Api.PatchAsync(KnownKinds.Deployments,
            new ObjectName(shop.Name.Namespace, deployment), new Patch.Merge(new JsonObject
            {
                ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["sandbox.canary.delivery/cpu"] = $"{percent}" } },
            }), null, Running.Shop.Writing, story.Cancel);
    }
}
