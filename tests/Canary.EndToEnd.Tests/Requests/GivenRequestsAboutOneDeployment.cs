using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using Canary.EndToEnd.Tests.Stories;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests.Requests;

/// <summary>People ask for something while the service has requests: restart, undo, rollbackTo, scale, pause, abort and retry.</summary>
public sealed class GivenRequestsAboutOneDeployment : StoriesOfOneWorld
{
    private const string Quick = """
        {"canary":{"scaleDownDelay":"5s",
          "steps":[{"setWeight":34},{"pause":{"duration":"2s"}},{"setWeight":66},{"pause":{"duration":"2s"}}]}}
        """;

    private const string Open = """
        {"canary":{"scaleDownDelay":"5s","steps":[{"setWeight":34},{"pause":{}},{"setWeight":66},{"pause":{}}]}}
        """;

    internal override IReadOnlyList<Func<Story, Task>> Stories => [RestartAsync, UndoAsync, ScaleAsync, PauseAsync];

    [Test, CancelAfter(360_000), Strategy("request: restart, idle and in the middle of a release")]
    public Task WhenARestartIsAskedFor_ThenTheServingPodsAreReplacedOneAfterTheOther() => EndAsync(RestartAsync);

    [Test, CancelAfter(360_000), Strategy("request: undo, then rollbackTo")]
    public Task WhenAVersionIsUndone_ThenTheOldOneIsReleased_AndRollbackToReleasesTheNamedOne() => EndAsync(UndoAsync);

    [Test, CancelAfter(360_000), Strategy("request: scale to zero and back, with a push meanwhile")]
    public Task WhenItIsScaledToZeroAndBack_ThenAVersionThatWasPushedMeanwhileIsReleasedThen() => EndAsync(ScaleAsync);

    [Test, CancelAfter(360_000), Strategy("request: spec.paused, pause, resume, abort, retry")]
    public Task WhenItIsPausedResumedAbortedAndTriedAgain_ThenTheWeightDoesWhatWasAsked() => EndAsync(PauseAsync);

    private static async Task RestartAsync(Story story)
    {
        var (shop, _, _) = await story.TakeOverAsync(Open);
        var before = await NamesAsync(shop);

        await shop.AskAsync("restart");
        await shop.UntilAsync("the serving pods are others", async () => await IsReplacedAsync(before, 3));
        Assert.That((string?)(await shop.UntilPhaseAsync("Healthy"))["status"]!["message"], Does.Not.Contain("step"), "it is no release");

        await shop.DeployAsync("2.0.0");
        await shop.UntilWeightAsync(34);
        before = await NamesAsync(shop);
        await shop.AskAsync("restart");
        await shop.UntilAsync("the pods of both sides are others", async () => await IsReplacedAsync(before, 5));
        Assert.That((int?)(await shop.UntilPhaseAsync("Paused"))["status"]!["weights"]!["applied"], Is.EqualTo(34), "the release goes on");
        await shop.AskAsync("promoteFull");
        await shop.UntilPromotedAsync("2.0.0");
        await shop.UntilIdleAsync();

        async Task<bool> IsReplacedAsync(string[] old, int count)
        {
            var pods = await shop.PodsAsync();
            return pods.Count == count && !(await NamesAsync(shop)).Intersect(old).Any() && pods.All(IsReady);
        }
    }

    private static async Task UndoAsync(Story story)
    {
        var (shop, _, capacity) = await story.TakeOverAsync(Quick);
        await shop.DeployAsync("2.0.0");
        await shop.UntilPromotedAsync("2.0.0");
        var second = (string)(await shop.UntilPhaseAsync("Healthy"))["status"]!["stableRevision"]!;

        await shop.AskAsync("undo");
        await shop.UntilPromotedAsync("1.0.0");
        await shop.AskAsync("rollbackTo", ("to", second));
        await shop.UntilPromotedAsync("2.0.0");
        await shop.UntilIdleAsync();

        Assert.That(capacity.Weights, Is.EqualTo(new[] { 0, 34, 66, 100, 0, 34, 66, 100, 0, 34, 66, 100, 0 }),
            "each is a release by its steps");
        Assert.That((string?)(await shop.UntilPhaseAsync("Healthy"))["status"]!["stableRevision"], Is.EqualTo(second));
    }

    private static async Task ScaleAsync(Story story)
    {
        var (shop, load, capacity) = await story.TakeOverAsync(Quick);

        // At zero there are no pods for a request, as it was asked for.
        await load.PauseAsync();
        await capacity.ExpectAsync(0, story.Cancel);
        await shop.AskAsync("scale", ("replicas", 0));
        await shop.UntilAsync("no pod is left", async () => (await shop.PodsAsync()).Count == 0);
        await shop.DeployAsync("2.0.0");
        await shop.UntilAsync("it waits for pods",
            status => ((string?)status["message"])?.Contains("is released when it is scaled up") is true);

        await shop.AskAsync("scale", ("replicas", 4));
        await shop.UntilAsync("the copy serves again", async () => await shop.ReadyReplicasAsync("checkout-stable") == 4);
        await story.UntilServedAsync(shop);
        await capacity.ExpectAsync(4, story.Cancel);
        load.Resume();
        await shop.UntilPromotedAsync("2.0.0");
        await shop.UntilIdleAsync();

        Assert.That(await shop.ReplicasAsync("checkout-stable"), Is.EqualTo(4));
        Assert.That(capacity.Weights, Is.EqualTo(new[] { 0, 34, 66, 100, 0 }));
    }

    private static async Task PauseAsync(Story story)
    {
        var (shop, _, capacity) = await story.TakeOverAsync(Quick);

        await PauseAsync(true);
        await shop.DeployAsync("2.0.0");
        await shop.UntilPhaseAsync("Paused");
        Assert.That(capacity.Weights, Is.EqualTo(new[] { 0 }), "nothing begins while spec.paused is true");
        await PauseAsync(false);
        await shop.UntilWeightAsync(34);
        await shop.AskAsync("pause");
        await shop.UntilAsync("it is held", status => (string?)status["hold"]?["reason"] == "Request");
        var held = capacity.Weights[^1];
        await Task.Delay(TimeSpan.FromSeconds(4), story.Cancel);
        Assert.That(capacity.Weights[^1], Is.EqualTo(held), "a pause keeps the weight");
        await shop.AskAsync("abort");
        await shop.UntilPhaseAsync("RolledBack");
        await shop.UntilIdleAsync();
        await shop.AskAsync("retry");
        await shop.UntilPromotedAsync("2.0.0");
        await shop.UntilIdleAsync();

        Assert.That(capacity.Weights.TakeLast(5), Is.EqualTo(new[] { 0, 34, 66, 100, 0 }));

        Task<JsonObject> PauseAsync(bool isPaused) =>
            shop.ChangeAsync(new JsonObject { ["spec"] = new JsonObject { ["paused"] = isPaused } });
    }

    private static async Task<string[]> NamesAsync(Shop shop) =>
        [.. (await shop.PodsAsync()).Select(pod => (string)pod["metadata"]!["name"]!)];

    private static bool IsReady(JsonObject pod) => pod["status"]?["conditions"]?.AsArray()
        .Any(condition => (string?)condition!["type"] == "Ready" && (string?)condition["status"] == "True") is true;
}
