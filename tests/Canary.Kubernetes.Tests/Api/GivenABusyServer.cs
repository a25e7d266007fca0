using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Api;

public sealed class GivenABusyServer
{
    private const string Pod = """{"kind":"Pod","metadata":{"name":"checkout"}}""";

    [Test]
    public async Task WhenAReadGets503_ThenItIsRepeated()
    {
        await using var api = await FakeApi.StartAsync(Answers.Text(503, "text/plain", "no"), Answers.Status(500, "InternalError", "oops"),
            Answers.Json(Pod));
        using var client = A.Client(api);

        var pod = await client.GetAsync(KnownKinds.Pods, A.Checkout, A.Limit());

        Assert.That((string?)pod["metadata"]!["name"], Is.EqualTo("checkout"));
        Assert.That(api.Requests, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task WhenAReadNeverSucceeds_ThenTheLastRefusalIsTold()
    {
        await using var api = await FakeApi.StartAsync(
            [.. Enumerable.Repeat(Answers.Status(503, "ServiceUnavailable", "the apiserver is shutting down"), 9)]);
        using var client = A.Client(api);

        var problem = await A.ProblemAsync(() => client.GetAsync(KnownKinds.Pods, A.Checkout, A.Limit()));

        Assert.That(problem.Status.Code, Is.EqualTo(503));
        Assert.That(problem.Message, Does.Contain("/api/v1/namespaces/shop/pods/checkout").And.Contain("the apiserver is shutting down"));
        Assert.That(api.Requests, Has.Count.EqualTo(1 + A.QuickOptions.MaxRetries));
    }

    [Test]
    public async Task WhenAWriteGets429WithRetryAfter_ThenItIsRepeatedNotBefore()
    {
        await using var api = await FakeApi.StartAsync(Answers.Status(429, "TooManyRequests", "later", "7"), Answers.Json(201, Pod));
        var time = new ManualTime();
        using var client = new ApiClient(api.Config, time, A.QuickOptions with { AttemptTimeout = TimeSpan.FromMinutes(1) });

        var creating = client.CreateAsync(KnownKinds.Pods, "shop", [], A.Write, A.Limit());
        var asked = await time.UntilWaitingAsync(TimeSpan.FromSeconds(10));
        time.Advance(TimeSpan.FromSeconds(6.9));
        var before = api.Requests.Count;
        time.Advance(TimeSpan.FromSeconds(1));
        await creating;

        Assert.That(asked, Is.InRange(TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(7.01)));
        Assert.That(before, Is.EqualTo(1));
        Assert.That(api.Requests, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task WhenABudgetRefusesAnEviction_ThenTheCallerIsToldAtOnce()
    {
        await using var api = await FakeApi.StartAsync(
            Answers.Status(429, "TooManyRequests", "the disruption budget is still being processed", "10"), Answers.Json(201, Pod));
        using var client = A.Client(api);

        var problem = await A.ProblemAsync(() =>
            client.CreateAsync(KnownKinds.Pods, A.Checkout, "eviction", [], A.Write, A.Limit()));

        Assert.That((problem.Status.Code, api.Requests.Count), Is.EqualTo((429, 1)));
    }

    [Test]
    public async Task WhenTheRetryAfterIsTooLong_ThenTheCallerIsTold()
    {
        await using var api = await FakeApi.StartAsync(Answers.Status(429, "TooManyRequests", "later", "3600"));
        using var client = A.Client(api);

        var problem = await A.ProblemAsync(() => client.GetAsync(KnownKinds.Pods, A.Checkout, A.Limit()));

        Assert.That(problem.RetryAfter, Is.EqualTo(TimeSpan.FromHours(1)));
        Assert.That(api.Requests, Has.Count.EqualTo(1));
    }

    [TestCase(429)]
    [TestCase(500)]
    [TestCase(503)]
    [TestCase(504)]
    public async Task WhenAWriteGetsARefusalThatProvesNothing_ThenItIsNotRepeated(int code)
    {
        await using var api = await FakeApi.StartAsync(Answers.Status(code, "", "no"), Answers.Json(201, Pod));
        using var client = A.Client(api);

        var problem = await A.ProblemAsync(() => client.CreateAsync(KnownKinds.Pods, "shop", [], A.Write, A.Limit()));

        Assert.That(problem.Status.Code, Is.EqualTo(code));
        Assert.That(api.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task WhenAWriteThatMayBeRepeatedGets503_ThenItIsRepeated()
    {
        await using var api = await FakeApi.StartAsync(Answers.Status(503, "", "no"), Answers.Json(Pod));
        using var client = A.Client(api);

        await client.ReplaceAsync(KnownKinds.Pods, A.Pod("checkout", "5"), "status", A.Write with { IsRepeatable = true }, A.Limit());

        Assert.That(api.Requests.Select(request => request.Method), Is.EqualTo(new[] { "PUT", "PUT" }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task WhenAWriteConflicts_ThenItIsNeverRepeated(bool isRepeatable)
    {
        await using var api = await FakeApi.StartAsync(Answers.Status(409, "Conflict", "the object has been modified"), Answers.Json(Pod));
        using var client = A.Client(api);

        var problem = await A.ProblemAsync(
            () => client.ReplaceAsync(KnownKinds.Pods, A.Pod("checkout", "5"), null, A.Write with { IsRepeatable = isRepeatable },
                A.Limit()));

        Assert.That((problem.IsConflict, problem.IsAlreadyExists), Is.EqualTo((true, false)));
        Assert.That(api.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task WhenTheServerWarns_ThenEachWarningIsHandedOn()
    {
        await using var api = await FakeApi.StartAsync(Answers.Text(
            201, "application/json", Pod, ("Warning", """299 - "unknown field \"spec.x\"" """), ("Warning", """299 - "second" """)));
        var warnings = new System.Collections.Generic.List<string>();
        using var client = new ApiClient(api.Config, TimeProvider.System, A.QuickOptions with { Warned = warnings.Add });

        await client.CreateAsync(KnownKinds.Pods, "shop", new JsonObject(), A.Write, A.Limit());

        Assert.That(warnings, Is.EqualTo(new[] { "unknown field \"spec.x\"", "second" }));
    }
}
