using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Api;

public sealed class GivenAWatch
{
    [Test]
    public async Task WhenALineIsWritten_ThenItsEventIsSeenInTheSameMoment()
    {
        var written = Channel.CreateUnbounded<string>();
        await using var api = await FakeApi.StartAsync(Answers.Stream(async write =>
        {
            await foreach (var line in written.Reader.ReadAllAsync()) await write(line);
        }));
        using var client = A.Client(api);
        await using var events = client.WatchAsync(KnownKinds.Pods, "shop", new WatchOptions("5"), A.Limit()).GetAsyncEnumerator();
        var delays = new List<double>();

        // The server keeps the stream open in silence after each line: nothing that comes later pushes a line out.
        for (var i = 0; i < 20; i++)
        {
            var pod = A.Pod("p" + i, $"{10 + i}", extra: $",\"note\":\"{new string('x', i % 2 == 0 ? 40_000 : 10)}\"");
            var next = events.MoveNextAsync().AsTask();
            var started = Stopwatch.GetTimestamp();
            await written.Writer.WriteAsync(A.Event("ADDED", pod) + "\n");
            Assert.That(await next.WaitAsync(TimeSpan.FromSeconds(10)), Is.True);
            delays.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            Assert.That(((WatchEvent.Added)events.Current).Object["metadata"]!["name"]!.GetValue<string>(), Is.EqualTo("p" + i));
        }

        written.Writer.Complete();
        TestContext.Out.WriteLine($"ms: {string.Join(' ', delays.Select(delay => delay.ToString("0.0")))}");
        Assert.That(delays.Order().ElementAt(10), Is.LessThan(100), "the middle of the delays in ms");
    }

    [Test]
    public async Task WhenTheServerAcceptsItAndIsSilent_ThenThatIsToldBeforeAnyEvent()
    {
        await using var api = await FakeApi.StartAsync(Answers.LinesThenSilence());
        using var client = A.Client(api);
        var accepted = new TaskCompletionSource();
        using var cancel = new CancellationTokenSource();
        await using var events = client.WatchAsync(KnownKinds.Pods, "shop", new WatchOptions("5"), accepted.SetResult, cancel.Token)
            .GetAsyncEnumerator();

        var next = events.MoveNextAsync().AsTask();
        await accepted.Task.WaitAsync(A.Limit());
        var isQuiet = !next.IsCompleted;
        await cancel.CancelAsync();

        Assert.That(isQuiet, Is.True);
        await Assert.CatchAsync<OperationCanceledException>(() => next);
    }

    [Test]
    public async Task WhenTheServerSendsAllTypes_ThenEachIsAnEvent()
    {
        await using var api = await FakeApi.StartAsync(Answers.Lines(
            A.Event("ADDED", A.Pod("a", "1")), A.Event("MODIFIED", A.Pod("a", "2")), "", A.Event("NEWTYPE", A.Pod("a", "2")),
            A.Bookmark("9"), A.Event("DELETED", A.Pod("a", "3")), A.Expired));
        using var client = A.Client(api);

        var events = await AllAsync(client, new WatchOptions("0", "app=a", Timeout: TimeSpan.FromSeconds(90)));

        Assert.That(events.Select(seen => seen.GetType().Name), Is.EqualTo(new[] { "Added", "Modified", "Bookmark", "Deleted", "Error" }));
        Assert.That(((WatchEvent.Bookmark)events[2]).ResourceVersion, Is.EqualTo("9"));
        Assert.That(((WatchEvent.Error)events[4]).Status,
            Is.EqualTo(new ApiStatus(410, "Expired", "too old resource version: 1 (9)", null)));
        Assert.That(api.Requests[0].PathAndQuery, Is.EqualTo(
            "/api/v1/namespaces/shop/pods?watch=true&allowWatchBookmarks=true&resourceVersion=0&labelSelector=app%3Da&timeoutSeconds=90"));
    }

    [Test]
    public async Task WhenAnObjectWasSeen_ThenItCanBePutIntoAnotherDocument()
    {
        await using var api = await FakeApi.StartAsync(Answers.Lines(A.Event("ADDED", A.Pod("a", "1"))));
        using var client = A.Client(api);

        var seen = (WatchEvent.Added)(await AllAsync(client, new WatchOptions()))[0];

        Assert.That(new JsonObject { ["owner"] = seen.Object }.ToJsonString(), Does.StartWith("{\"owner\":{\"apiVersion\""));
    }

    [Test]
    public async Task WhenTheStreamIsCutInALine_ThenWhatCameBeforeIsSeenAndTheCutIsTold()
    {
        await using var api = await FakeApi.StartAsync(Answers.Stream(async write =>
        {
            await write(A.Event("ADDED", A.Pod("a", "1")) + "\n");
            await write("""{"type":"MODIFIED","obj""");
        }));
        using var client = A.Client(api);
        await using var events = client.WatchAsync(KnownKinds.Pods, "shop", new WatchOptions("5"), A.Limit()).GetAsyncEnumerator();

        Assert.That(await events.MoveNextAsync(), Is.True);
        var problem = await A.ProblemAsync(async () => await events.MoveNextAsync());

        Assert.That((problem.IsUnanswered, problem.Status.Reason), Is.EqualTo((true, "ConnectionLost")));
        Assert.That(problem.Message, Does.Contain("in the middle of a line"));
    }

    [Test]
    public async Task WhenTheConnectionIsReset_ThenItIsTold()
    {
        await using var api = await FakeApi.StartAsync(async http =>
        {
            await Answers.Lines(A.Event("ADDED", A.Pod("a", "1")))(http);
            http.Abort();
        });
        using var client = A.Client(api);
        await using var events = client.WatchAsync(KnownKinds.Pods, "shop", new WatchOptions("5"), A.Limit()).GetAsyncEnumerator();

        var problem = await A.ProblemAsync(async () =>
        {
            while (await events.MoveNextAsync())
            {
            }
        });

        Assert.That(problem.Status.Reason, Is.EqualTo("ConnectionLost"));
    }

    [TestCase("not json")]
    [TestCase("{\"type\":\"ADDED\"}")]
    [TestCase("[]")]
    public async Task WhenALineIsNoEvent_ThenItIsToldAndNothingIsInvented(string line)
    {
        await using var api = await FakeApi.StartAsync(Answers.Lines(line));
        using var client = A.Client(api);

        Assert.That((await A.ProblemAsync(() => AllAsync(client, new WatchOptions("5")))).Status.Reason, Is.EqualTo("ConnectionLost"));
    }

    [Test]
    public async Task WhenTheServerRefuses_ThenItIsAnException()
    {
        await using var api = await FakeApi.StartAsync(Answers.Status(403, "Forbidden", "pods is forbidden"));
        using var client = A.Client(api);

        Assert.That((await A.ProblemAsync(() => AllAsync(client, new WatchOptions("5")))).IsForbidden, Is.True);
        Assert.That(api.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task WhenTheServerIsSilentBeyondItsEnd_ThenTheWatchEnds()
    {
        await using var api = await FakeApi.StartAsync(Answers.LinesThenSilence(A.Event("ADDED", A.Pod("a", "1"))));
        var time = new ManualTime();
        using var client = new ApiClient(api.Config, time, A.QuickOptions);
        await using var events = client.WatchAsync(KnownKinds.Pods, "shop", new WatchOptions("5", Timeout: TimeSpan.FromSeconds(60)),
            A.Limit()).GetAsyncEnumerator();
        await events.MoveNextAsync();

        var next = events.MoveNextAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(70));
        var isOpenAfterItsEnd = !next.IsCompleted;
        time.Advance(TimeSpan.FromSeconds(10));

        Assert.That(isOpenAfterItsEnd, Is.True);
        Assert.That((await A.ProblemAsync(() => next)).Status.Reason, Is.EqualTo("Timeout"));
    }

    [Test]
    public async Task WhenTheCallerCancels_ThenItIsACancellation()
    {
        await using var api = await FakeApi.StartAsync(Answers.LinesThenSilence(A.Bookmark("3")));
        using var client = A.Client(api);
        using var cancel = new CancellationTokenSource();
        await using var events = client.WatchAsync(KnownKinds.Pods, "shop", new WatchOptions("5"), cancel.Token).GetAsyncEnumerator();
        await events.MoveNextAsync();

        var next = events.MoveNextAsync().AsTask();
        await cancel.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(() => next);
    }

    private static async Task<List<WatchEvent>> AllAsync(ApiClient client, WatchOptions options)
    {
        var events = new List<WatchEvent>();
        await foreach (var seen in client.WatchAsync(KnownKinds.Pods, "shop", options, A.Limit())) events.Add(seen);
        return events;
    }
}
