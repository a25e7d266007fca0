using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Io;
using Canary.Cli.Reading;
using Canary.Cli.Watching;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.Cli.Tests.Watching;

[CancelAfter(60_000)]
public sealed class GivenARolloutThatIsWatched
{
    private static readonly WriteOptions Writing = new("test");

    private SmallCluster _cluster = null!;

    private static CancellationToken Cancel => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task StartAsync()
    {
        _cluster = await SmallCluster.StartAsync(Cancel);
        await _cluster.SayAsync("Healthy", "2222", "2222", Cancel);
    }

    [TearDown]
    public async Task StopAsync() => await _cluster.DisposeAsync();

    [Test]
    public async Task WhenAPodChanges_ThenItIsShownAnew() => await ShownAfterAsync(
        () => _cluster.Api.CreateAsync(KnownKinds.Pods, "default",
            JsonNode.Parse(
                """{"metadata":{"name":"one","labels":{"app":"checkout"} },"spec":{"containers":[{"name":"checkout","image":"a"}]} }""")!.AsObject(), Writing, Cancel),
        details => details.Canary.Pods!.Count == 1);

    [Test]
    public async Task WhenADeploymentChanges_ThenItIsShownAnew() => await ShownAfterAsync(
        () => _cluster.SetImageAsync("checkout:2.0.0", Cancel),
        details => UnseenChanges.Describe(details) is not null);

    [Test]
    public async Task WhenAnAnalysisRunChanges_ThenItIsShownAnew()
    {
        var seen = 0;
        await ShownAfterAsync(
            () => _cluster.Api.CreateAsync(
                KnownKinds.AnalysisRuns,
                "default",
                JsonNode.Parse(
                    """{"apiVersion":"canary.delivery/v1alpha1","kind":"AnalysisRun","metadata":{"name":"run","labels":{"canary.delivery/rollout":"checkout"} },"spec":{"metrics":[{"name":"one","count":1,"interval":"1s","successCondition":"result[0] > 0","provider":{"prometheus":{"query":"vector(1)"} } }]} }""")!.AsObject(),
                Writing,
                Cancel),
            _ => ++seen > 1);
    }

    [Test]
    public async Task WhenNothingChanges_ThenItIsShownAnewAsTimePasses()
    {
        var shown = new List<RolloutDetails>();
        await foreach (var details in Feed(TimeSpan.FromMilliseconds(50)).ReadAsync(Cancel))
        {
            shown.Add(details);
            if (shown.Count == 20) break;
        }

        Assert.That(shown, Has.Count.EqualTo(20));
    }

    [Test]
    public async Task WhenTheServerGoesAwayAndComesBack_ThenTheLastAnswerIsShownWithTheReason()
    {
        var seen = new List<string?>();
        await foreach (var details in Feed(TimeSpan.FromMilliseconds(100)).ReadAsync(Cancel))
        {
            seen.Add(details.Problem);
            if (seen.Count == 3) await _cluster.StopServerAsync();
            if (details.Problem is not null) break;
        }

        Assert.That(seen[^1], Does.StartWith("the API server does not answer: ").And.EndWith("; this is what was there last"));
    }

    private async Task ShownAfterAsync(Func<Task> change, Func<RolloutDetails, bool> isShown)
    {
        var isChanged = false;
        await foreach (var details in Feed(null).ReadAsync(Cancel))
        {
            if (isShown(details)) break;
            if (isChanged) continue;
            isChanged = true;
            await change();
        }

        Assert.That(isChanged, Is.True);
    }

    private RolloutFeed Feed(TimeSpan? tick) => new(
        new RolloutReader(new ClusterConnection(_cluster.Api, "default"), "checkout",
            new CommandIo(TextWriter.Null, TextWriter.Null, TimeProvider.System), isToShow: true), TimeProvider.System, tick);
}
