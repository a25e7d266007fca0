using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Caching;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using Canary.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Api;

public sealed class GivenACache
{
    private static readonly RequestDelegate Silence = Answers.LinesThenSilence();

    [Test]
    public async Task WhenItStarts_ThenEverythingIsListedAndWatchedFromThere()
    {
        await using var api = await FakeApi.StartAsync(
            Answers.Json(A.PodList("20", A.Pod("a", "7"), A.Pod("b", "9", ns: "other"))),
            Answers.LinesThenSilence(A.Event("ADDED", A.Pod("c", "21")), A.Event("MODIFIED", A.Pod("a", "22")),
                A.Event("DELETED", A.Pod("b", "23", ns: "other"))));
        await using var rig = new CacheRig(api, TimeProvider.System);

        await rig.Cache.WaitForSyncAsync(A.Limit());
        await rig.ToldAsync(5);

        Assert.That(rig.Told, Is.EqualTo(new[] { "Added a ->7", "Added b ->9", "Added c ->21", "Modified a 7->22", "Deleted b 9->23" }));
        Assert.That(Names(rig.Cache.List(null)), Is.EquivalentTo(new[] { "a", "c" }));
        Assert.That(rig.Cache.List("other"), Is.Empty);
        Assert.That(Documents.ResourceVersion(rig.Cache.Get(new ObjectName("shop", "a"))!), Is.EqualTo("22"));
        Assert.That(api.Requests[1].PathAndQuery,
            Does.StartWith("/api/v1/pods?watch=true&allowWatchBookmarks=true&resourceVersion=20&timeoutSeconds="));
        Assert.That(rig.Cache.Problem, Is.Null);
    }

    [Test]
    public async Task WhenAnEventIsTakenOver_ThenWhoLooksAtOnceGetsItsDocumentAndNotOneReadAnew()
    {
        await using var api = await FakeApi.StartAsync(Answers.Json(A.PodList("20")), Silence);
        await using var rig = new CacheRig(api, TimeProvider.System);
        await rig.Cache.WaitForSyncAsync(A.Limit());
        var pod = A.Pod("a", "25");

        rig.Cache.Apply(new WatchEvent.Added(pod));

        Assert.That(rig.Cache.Get(new ObjectName("shop", "a")), Is.SameAs(pod));
    }

    [Test]
    public async Task WhenTheWatchIsCut_ThenItGoesOnAfterTheLastVersionSeen()
    {
        await using var api = await FakeApi.StartAsync(
            Answers.Json(A.PodList("20")),
            Answers.Lines(A.Event("ADDED", A.Pod("a", "25"))),
            Answers.Stream(write => write(A.Bookmark("40") + "\n{\"type\":")),
            Silence);
        await using var rig = new CacheRig(api, TimeProvider.System);

        await Eventually.ThatAsync(() => api.Requests.Count == 4, "two watches after the first");

        Assert.That(api.Requests.Skip(1)
            .Select(request => request.PathAndQuery.Split("resourceVersion=")[1].Split('&')[0]), Is.EqualTo(new[] { "20", "25", "40" }));
        Assert.That(rig.Told, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task WhenTheVersionIsTooOld_ThenANewListTellsWhatHappenedMeanwhile()
    {
        foreach (var refusal in new[] { Answers.Lines(A.Expired), Answers.Status(410, "Expired", "too old resource version") })
        {
            await using var api = await FakeApi.StartAsync(
                Answers.Json(A.PodList("20", A.Pod("gone", "1"), A.Pod("same", "2"), A.Pod("changed", "3"), A.Pod("remade", "4"))),
                refusal,
                Answers.Json(
                    A.PodList("90", A.Pod("same", "2"), A.Pod("changed", "80"), A.Pod("remade", "81", uid: "another"), A.Pod("new", "82"))),
                Silence);
            await using var rig = new CacheRig(api, TimeProvider.System);

            await rig.ToldAsync(9);

            Assert.That(rig.Told.Skip(4),
                Is.EqualTo(
                    new[] { "Deleted gone 1->1", "Modified changed 3->80", "Deleted remade 4->4", "Added remade ->81", "Added new ->82" }));
            Assert.That(Names(rig.Cache.List(null)), Is.EquivalentTo(new[] { "same", "changed", "remade", "new" }));
        }
    }

    [Test]
    public async Task WhenTheServerKeepsBreakingOff_ThenThePausesGrowToHalfAMinute()
    {
        await using var api = await FakeApi.StartAsync([Answers.Json(A.PodList("20")), .. Enumerable.Repeat(Answers.Drop(), 12)]);
        var time = new ManualTime();
        await using var rig = new CacheRig(api, time);
        var pauses = new List<double>();

        for (var i = 0; i < 12; i++)
        {
            var pause = await time.UntilWaitingAsync(TimeSpan.FromMinutes(1));
            pauses.Add(pause.TotalSeconds);
            time.Advance(pause);
        }

        for (var i = 0; i < 12; i++)
        {
            var whole = Math.Min(30, 0.2 * Math.Pow(2, i));
            Assert.That(pauses[i], Is.InRange(whole / 2, whole + 0.001), $"pause {i}");
        }

        Assert.That(rig.Cache.Problem!.Status.Reason, Is.EqualTo("ConnectionLost"));
    }

    private static IEnumerable<TestCaseData> ShortWatches()
    {
        var refused =
            """{"type":"ERROR","object":{"kind":"Status","status":"Failure","message":"no","reason":"InternalError","code":500}}""";
        yield return new TestCaseData(Answers.Lines(refused)).SetArgDisplayNames("an ERROR");
        yield return new TestCaseData(Answers.Lines(A.Bookmark("21"), refused)).SetArgDisplayNames("a bookmark and an ERROR");
        yield return new TestCaseData(Answers.Lines(A.Event("MODIFIED", A.Pod("a", "22")))).SetArgDisplayNames("an event and the end");
        yield return new TestCaseData(Answers.Lines()).SetArgDisplayNames("the end");
        yield return new TestCaseData(Answers.Lines(A.Expired)).SetArgDisplayNames("too old");
    }

    [TestCaseSource(nameof(ShortWatches))]
    public async Task WhenEveryWatchEndsAtOnce_ThenThePausesGrow(RequestDelegate watch)
    {
        await using var api = await FakeApi.ServeAsync(http =>
            (http.Request.Query.ContainsKey("watch") ? watch : Answers.Json(A.PodList("20", A.Pod("a", "7"))))(http));
        var time = new ManualTime();
        await using var rig = new CacheRig(api, time);
        const int times = 9;

        for (var i = 0; i < times; i++)
        {
            var pause = await time.UntilWaitingAsync(TimeSpan.FromMinutes(1));
            var whole = Math.Min(30, 0.2 * Math.Pow(2, i));
            Assert.That(pause.TotalSeconds, Is.InRange(whole / 2, whole + 0.001), $"pause {i}");
            time.Advance(pause);
        }

        await time.UntilWaitingAsync(TimeSpan.FromMinutes(1));
        Assert.That(api.Requests.Count(request => request.PathAndQuery.Contains("watch=true", StringComparison.Ordinal)),
            Is.EqualTo(times + 1));
    }

    [Test]
    public async Task WhenAQuietWatchIsAcceptedAgain_ThenTheProblemIsOver()
    {
        await using var api = await FakeApi.StartAsync(Answers.Json(A.PodList("20")), Answers.Status(503, "", "no"), Silence);
        var time = new ManualTime();
        await using var rig = new CacheRig(api, time);

        var pause = await time.UntilWaitingAsync(TimeSpan.FromMinutes(1));
        var problem = rig.Cache.Problem;
        time.Advance(pause);
        await Eventually.ThatAsync(() => rig.Cache.Problem is null, "the problem is over");

        Assert.That(problem!.Status.Code, Is.EqualTo(503));
    }

    [Test]
    public async Task WhenTheKindAppearsLater_ThenTheCacheHealsByItself()
    {
        await using var api = await FakeApi.StartAsync(
            Answers.Text(404, "text/plain", "404 page not found"), Answers.Json(A.PodList("20", A.Pod("a", "7"))), Silence);
        var time = new ManualTime();
        await using var rig = new CacheRig(api, time);

        var pause = await time.UntilWaitingAsync(TimeSpan.FromMinutes(1));
        var before = (rig.Cache.HasSynced, rig.Cache.Problem?.IsNotFound);
        time.Advance(pause);
        await rig.Cache.WaitForSyncAsync(A.Limit());

        Assert.That(before, Is.EqualTo((false, (bool?)true)));
        Assert.That(rig.Cache.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task WhenTheServerSaysToWait_ThenThePauseIsAtLeastThat()
    {
        await using var api = await FakeApi.StartAsync(Answers.Status(429, "TooManyRequests", "later", "17"));
        var time = new ManualTime();
        await using var rig = new CacheRig(api, time);

        Assert.That(await time.UntilWaitingAsync(TimeSpan.FromMinutes(1)), Is.EqualTo(TimeSpan.FromSeconds(17)));
    }

    [Test]
    public async Task WhenTheConnectionIsResetWhileItStops_ThenItStopsAsAsked()
    {
        using var client = new ApiClient(
            new ApiServerConfiguration(new Uri("http://127.0.0.1:1")), TimeProvider.System, ApiClientOptions.OneAttempt,
            new ResetAtTheEnd());
        var cache = new ResourceCache(client, KnownKinds.Pods, ResourceCacheOptions.All, TimeProvider.System, NullLogger.Instance);
        using var stop = new CancellationTokenSource();

        var running = cache.RunAsync(stop.Token);
        await cache.WaitForSyncAsync(A.Limit());
        await stop.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(() => running);
        Assert.That(cache.Problem, Is.Null, "an end that was asked for is no interruption");
    }

    [TestCase("3", "Modified a 7->1", "Added b ->2")]
    [TestCase("60", "Added b ->61", null)]
    public async Task WhenTheServerWasAway_ThenAnOlderStateIsNoticed(string version, string first, string? second)
    {
        var isOlder = version == "3";
        var time = new ManualTime();
        var former = await FakeApi.StartAsync(Answers.Json(A.PodList("50", A.Pod("a", "7"))), Silence);
        var port = former.Address.Port;
        await using var rig = new CacheRig(former, time);
        await Eventually.ThatAsync(() => former.Requests.Count == 2, "the watch is open");
        await former.DisposeAsync();

        // Cut, then refused: twice a pause before the server is back at the same place.
        for (var i = 0; i < 3; i++) await time.NextAsync(TimeSpan.FromMinutes(1));
        await time.UntilWaitingAsync(TimeSpan.FromMinutes(1));
        await using var later = await FakeApi.StartAsync(null, null, port, isOlder
            ? [Answers.Json(A.PodList(version)), Answers.Json(A.PodList(version, A.Pod("a", "1"), A.Pod("b", "2"))), Silence]
            : [Answers.Json(A.PodList(version)), Answers.LinesThenSilence(A.Event("ADDED", A.Pod("b", "61")))]);
        await time.NextAsync(TimeSpan.FromMinutes(1));
        await rig.ToldAsync(isOlder ? 3 : 2);

        Assert.That(rig.Told.Skip(1), Is.EqualTo(new[] { first, second }.OfType<string>()));
        Assert.That(later.Requests[0].PathAndQuery, Is.EqualTo("/api/v1/pods?limit=1"));
    }

    [Test]
    public async Task WhenThereIsAProjectionAndAnIndex_ThenOnlyThatIsKeptAndFoundByIt()
    {
        const string owned = ",\"spec\":{\"node\":\"n\"},\"status\":{\"x\":1}";
        JsonObject Owned(string name, string version, string owner)
        {
            var pod = A.Pod(name, version, extra: owned);
            pod["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject { ["uid"] = owner });
            pod["metadata"]!["managedFields"] = new JsonArray(new JsonObject { ["manager"] = "x" });
            return pod;
        }

        await using var api = await FakeApi.StartAsync(
            Answers.Json(A.PodList("20", Owned("a", "1", "rs1"), Owned("b", "2", "rs1"), Owned("c", "3", "rs2"))),
            Answers.LinesThenSilence(A.Event("MODIFIED", Owned("b", "21", "rs2")), A.Event("DELETED", Owned("c", "22", "rs2"))));
        static JsonObject WithSpec(JsonObject document)
        {
            var kept = Documents.Identity(document);
            kept["spec"] = document["spec"]?.DeepClone();
            return kept;
        }

        var options = new ResourceCacheOptions(Projection: WithSpec,
            Indexes: new Dictionary<string, Func<JsonObject, IEnumerable<string>>>
            {
                ["owner"] = Documents.OwnerUids,
            });
        await using var rig = new CacheRig(api, TimeProvider.System, options);

        await rig.ToldAsync(5);

        Assert.That(Names(rig.Cache.Find("owner", "rs1")), Is.EqualTo(new[] { "a" }));
        Assert.That(Names(rig.Cache.Find("owner", "rs2")), Is.EqualTo(new[] { "b" }));
        Assert.That(rig.Cache.Find("owner", "rs3"), Is.Empty);
        Assert.That(() => rig.Cache.Find("node", "n"), Throws.ArgumentException);
        Assert.That(rig.Cache.Get(new ObjectName("shop", "b"))!.ToJsonString(), Is.EqualTo(
            """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"b","namespace":"shop","uid":"uid-b","resourceVersion":"21","ownerReferences":[{"uid":"rs2"}]},"spec":{"node":"n"}}"""));
    }

    [Test]
    public async Task WhenAnOwnWriteIsNoted_ThenItsEchoIsNoChangeAndAnOlderOneIsNoStepBack()
    {
        var noted = new TaskCompletionSource();
        await using var api = await FakeApi.StartAsync(
            Answers.Json(A.PodList("20", A.Pod("a", "7"))),
            Answers.Stream(async write =>
            {
                await noted.Task;
                await write(A.Event("MODIFIED", A.Pod("a", "21")) + "\n" + A.Event("MODIFIED",
                    A.Pod("a", "22")) + "\n" + A.Event("MODIFIED", A.Pod("a", "23")) + "\n");
                await Task.Delay(-1, A.Limit());
            }));
        await using var rig = new CacheRig(api, TimeProvider.System);
        await rig.Cache.WaitForSyncAsync(A.Limit());

        rig.Cache.Note(A.Pod("a", "22"));
        rig.Cache.Note(A.Pod("a", "21"));
        rig.Cache.Note(A.Pod("ghost", "22"));
        var seen = Documents.ResourceVersion(rig.Cache.Get(new ObjectName("shop", "a"))!);
        noted.SetResult();
        await rig.ToldAsync(2);

        Assert.That(seen, Is.EqualTo("22"));
        Assert.That(rig.Told, Is.EqualTo(new[] { "Added a ->7", "Modified a 22->23" }));
        Assert.That(rig.Cache.Count, Is.EqualTo(1), "a note never brings back what is gone");
    }

    /// <summary>A server with no pods, whose watch breaks at the moment when the client goes.</summary>
    private sealed class ResetAtTheEnd : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel) =>
            Task.FromResult(new HttpResponseMessage
            {
                Content = request.RequestUri!.Query.Contains("watch=", StringComparison.Ordinal) ? new StreamContent(new ResetStream())
            : new StringContent(A.PodList("20")),
            });
    }

    private sealed class ResetStream : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var gone = new TaskCompletionSource();
            await using (cancellationToken.Register(gone.SetResult)) await gone.Task;
            throw new IOException("connection reset by peer");
        }
    }

    private static IEnumerable<string> Names(IEnumerable<JsonObject> pods) => pods.Select(pod => (string)pod["metadata"]!["name"]!);
}
