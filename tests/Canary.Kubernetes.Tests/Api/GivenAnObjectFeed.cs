using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Caching;
using Canary.Kubernetes.Api.Objects;
using Canary.Testing;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Api;

public sealed class GivenAnObjectFeed
{
    private const string Refused =
        """{"type":"ERROR","object":{"kind":"Status","status":"Failure","message":"no","reason":"InternalError","code":500}}""";

    private static readonly RequestDelegate Pod = Answers.Json(A.Pod("checkout", "7").ToJsonString());

    private static IEnumerable<TestCaseData> ShortWatches()
    {
        yield return new TestCaseData(Answers.Lines(Refused)).SetArgDisplayNames("an ERROR");
        yield return new TestCaseData(Answers.Lines(A.Event("MODIFIED", A.Pod("checkout", "8")), Refused)).SetArgDisplayNames(
            "an event and an ERROR");
        yield return new TestCaseData(Answers.Lines()).SetArgDisplayNames("the end");
        yield return new TestCaseData(Answers.Drop()).SetArgDisplayNames("a lost connection");
        yield return new TestCaseData(Answers.Status(503, "ServiceUnavailable", "no")).SetArgDisplayNames("503");
    }

    [TestCaseSource(nameof(ShortWatches))]
    public async Task WhenEveryWatchEndsAtOnce_ThenItIsRepeatedAfterPausesThatGrow(RequestDelegate watch)
    {
        await using var api = await FakeApi.ServeAsync(http => (http.Request.Query.ContainsKey("watch") ? watch : Pod)(http));
        using var client = new ApiClient(api.Config, TimeProvider.System, A.QuickOptions with { MaxRetries = 0 });
        using var stop = new CancellationTokenSource();
        var time = new ManualTime();
        var reading = ReadAsync(client, time, stop.Token);

        for (var i = 0; i < 9; i++)
        {
            var pause = await time.UntilWaitingAsync(TimeSpan.FromMinutes(1));
            var whole = Math.Min(30, 0.2 * Math.Pow(2, i));
            Assert.That(pause.TotalSeconds, Is.InRange(whole / 2, whole + 0.001), $"pause {i}");
            time.Advance(pause);
        }

        await time.UntilWaitingAsync(TimeSpan.FromMinutes(1));
        await stop.CancelAsync();
        Assert.That(await reading, Is.Not.Empty);
        Assert.That(api.Requests.Count(request => request.PathAndQuery.Contains("watch=true", StringComparison.Ordinal)), Is.EqualTo(10));
    }

    [Test]
    public async Task WhenTheObjectIsDeleted_ThenItEnds()
    {
        await using var api = await FakeApi.StartAsync(Pod,
            Answers.LinesThenSilence(A.Event("MODIFIED", A.Pod("checkout", "8")), A.Event("DELETED", A.Pod("checkout", "9"))));
        using var client = A.Client(api);

        Assert.That(await ReadAsync(client, TimeProvider.System, A.Limit()), Is.EqualTo(new[] { "7", "8" }));
    }

    [Test]
    public async Task WhenItMayNotBeWatched_ThenThatIsSaid()
    {
        await using var api = await FakeApi.StartAsync(Pod, Answers.Status(403, "Forbidden", "no"));
        using var client = A.Client(api);

        Assert.That((await A.ProblemAsync(() => ReadAsync(client, TimeProvider.System, A.Limit()))).IsForbidden, Is.True);
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(ApiClient client, TimeProvider time, CancellationToken cancel)
    {
        var seen = new List<string>();
        try
        {
            await foreach (var document in new ObjectFeed(client, KnownKinds.Pods, A.Checkout, time).ReadAsync(cancel))
                seen.Add(Documents.ResourceVersion(document));
        }
        catch (OperationCanceledException)
        {
            // How the test ends it.
        }

        return seen;
    }
}
