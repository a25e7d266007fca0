using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Api.Wire;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Api;

public sealed class GivenAnswersWithoutAnEnd
{
    private static readonly byte[] Block = [.. Enumerable.Repeat((byte)'x', 64 * 1024)];

    [TestCase(true)]
    [TestCase(false)]
    public async Task WhenAnObjectDoesNotEnd_ThenItIsRefusedAtTheBoundAndThePathIsNamed(bool isWrite)
    {
        await using var api = await FakeApi.StartAsync(Endless(200, "{\"kind\":\"Pod\",\"x\":\""));
        using var client = A.Client(api);

        var problem = await A.ProblemAsync(() => isWrite
            ? client.PatchAsync(KnownKinds.Pods, A.Checkout, new Patch.Merge([]), null, A.Write, A.Limit())
            : client.GetAsync(KnownKinds.Pods, A.Checkout, A.Limit()));

        Assert.That((problem.Status.Reason, problem.IsUnanswered), Is.EqualTo(("TooLarge", true)));
        Assert.That(problem.Message,
            Does.Contain("/api/v1/namespaces/shop/pods/checkout").And.EndsWith(
                "the answer is longer than 16777216 bytes, the most that is read of one"));
        Assert.That(api.Requests, Has.Count.EqualTo(1), "it would be as long again");
    }

    [Test]
    public async Task WhenTheLengthIsAnnounced_ThenNothingOfItIsRead()
    {
        await using var api = await FakeApi.StartAsync(http =>
        {
            http.Response.ContentLength = 3L * 1024 * 1024 * 1024;
            return Endless(200, "{")(http);
        });
        using var client = A.Client(api);

        var problem = await A.ProblemAsync(() => client.GetAsync(KnownKinds.Pods, A.Checkout, A.Limit()));

        Assert.That(problem.Status.Reason, Is.EqualTo("TooLarge"));
    }

    [TestCase(403)]
    [TestCase(404)]
    [TestCase(422)]
    public async Task WhenARefusalDoesNotEnd_ThenItsCodeAndBeginningAreTold(int code)
    {
        await using var api = await FakeApi.StartAsync(Endless(code, "{\"kind\":\"Status\",\"message\":\"no"));
        using var client = A.Client(api);

        var problem = await A.ProblemAsync(() => client.GetAsync(KnownKinds.Pods, A.Checkout, A.Limit()));

        Assert.That(problem.Status.Code, Is.EqualTo(code));
        Assert.That(problem.Message, Does.Contain("more than 65536 bytes: {\"kind\":\"Status\"").And.Contain("/pods/checkout"));
        Assert.That(problem.Message.Length, Is.LessThan(600));
    }

    [Test]
    public async Task WhenTheRefusalOfAWatchDoesNotEnd_ThenItIsToldToo()
    {
        await using var api = await FakeApi.StartAsync(Endless(403, "no"));
        using var client = A.Client(api);

        var problem = await A.ProblemAsync(async () =>
            { await foreach (var _ in client.WatchAsync(KnownKinds.Pods, "shop", new WatchOptions(), A.Limit())) { } });

        Assert.That((problem.Status.Code, problem.Message.Contains("more than 65536 bytes", StringComparison.Ordinal)),
            Is.EqualTo((403, true)), problem.Message);
    }

    [Test]
    public async Task WhenALineOfAWatchDoesNotEnd_ThenTheWatchEndsAndThePathIsNamed()
    {
        await using var api = await FakeApi.StartAsync(Endless(200, A.Bookmark("7") + "\n{\"type\":\"ADDED\",\"x\":\""));
        using var client = A.Client(api);
        var seen = 0;

        var problem = await A.ProblemAsync(async () =>
            { await foreach (var _ in client.WatchAsync(KnownKinds.Pods, "shop", new WatchOptions(), A.Limit())) seen++; });

        Assert.That(seen, Is.EqualTo(1), "what came before it is taken");
        Assert.That(problem.Message, Does.Contain("/namespaces/shop/pods").And.Contain("a line is longer than 16777216 bytes"));
    }

    [Test]
    public async Task WhenAnObjectIsAsLargeAsAServerKeeps_ThenItIsRead()
    {
        var pod = A.Pod("checkout", "5");
        pod["data"] = new string('x', 3 * 1024 * 1024);
        await using var api =
            await FakeApi.StartAsync(Answers.Json(pod.ToJsonString()), Answers.Lines(A.Event("ADDED", (JsonObject)pod.DeepClone())));
        using var client = A.Client(api);

        var read = await client.GetAsync(KnownKinds.Pods, A.Checkout, A.Limit());
        var seen = 0;
        await foreach (var _ in client.WatchAsync(KnownKinds.Pods, "shop", new WatchOptions(), A.Limit())) seen++;

        Assert.That((((string?)read["data"])!.Length, seen), Is.EqualTo((3 * 1024 * 1024, 1)));
    }

    [Test]
    public async Task WhenAPageOfAListIsTooLarge_ThenTheNextOnesAreSmaller()
    {
        await using var api =
            await FakeApi.StartAsync(Announced, Announced, Answers.Json(A.PodList("9", A.Pod("one", "1"), A.Pod("two", "2"))));
        using var client = A.Client(api);

        var list = await client.ListAllAsync(KnownKinds.Pods, "shop", ListOptions.All, A.Limit());

        Assert.That(list.Items, Has.Count.EqualTo(2));
        Assert.That(api.Requests.Select(request => request.PathAndQuery.Split("limit=")[1].Split('&')[0]),
            Is.EqualTo(new[] { "500", "125", "31" }));
    }

    [Test]
    public async Task WhenNoPageIsSmallEnough_ThenItIsSaidAndNotTriedForEver()
    {
        await using var api = await FakeApi.StartAsync([.. Enumerable.Repeat<RequestDelegate>(Announced, 20)]);
        using var client = A.Client(api);

        var problem = await A.ProblemAsync(() => client.ListAllAsync(KnownKinds.Pods, "shop", ListOptions.All, A.Limit()));

        Assert.That((problem.Status.Reason, api.Requests.Count), Is.EqualTo(("TooLarge", 5)));
    }

    private static Task Announced(HttpContext http)
    {
        http.Response.ContentLength = AnswerBody.LongestPage + 1L;
        return Endless(200, "{")(http);
    }

    // Until the client goes away.
    private static RequestDelegate Endless(int code, string start) => async http =>
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(start);
        try
        {
            while (!http.RequestAborted.IsCancellationRequested) await http.Response.Body.WriteAsync(Block, http.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // It went away.
        }
    };
}
