using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Traffic.Istio;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Api;

public sealed class GivenAnswersOfAllKinds
{
    [Test]
    public async Task WhenARefusalIsAStatus_ThenItsPartsAreRead()
    {
        await using var api = await FakeApi.StartAsync(Answers.Json(422,
            """{"kind":"Status","status":"Failure","message":"Rollout is invalid","reason":"Invalid","code":422,"details":{"causes":[{"reason":"FieldValueRequired","message":"Required value","field":"spec.traffic"}]}}"""));
        using var client = A.Client(api);

        var problem = await A.ProblemAsync(() => client.CreateAsync(KnownKinds.Rollouts, "shop", [], A.Write, A.Limit()));

        Assert.That((problem.IsInvalid, problem.Status.Reason), Is.EqualTo((true, "Invalid")));
        Assert.That(problem.Status.Causes.Single(), Is.EqualTo(new StatusCause("spec.traffic", "FieldValueRequired", "Required value")));
        Assert.That(problem.Message, Does.StartWith("POST http://").And.EndsWith("Rollout is invalid"));
    }

    [TestCase(404, "text/plain", "404 page not found\n", "404 Not Found: text/plain, 19 bytes: 404 page not found")]
    [TestCase(403, "text/html", "<html>\n  <h1>Blocked</h1>\n</html>",
        "403 Forbidden: text/html, 33 bytes: <html> <h1>Blocked</h1> </html>")]
    [TestCase(400, "application/json", "", "400 Bad Request: the body is empty")]
    [TestCase(403, "application/json", "[1]", "403 Forbidden: application/json, 3 bytes: [1]")]
    [TestCase(403, "application/json", "{\"kind\":7}", "403 Forbidden: application/json, 10 bytes: {\"kind\":7}")]
    public async Task WhenARefusalIsNoStatus_ThenItIsQuoted(int code, string type, string body, string message)
    {
        await using var api = await FakeApi.StartAsync(Answers.Text(code, type, body));
        using var client = A.Client(api);

        var problem = await A.ProblemAsync(() => client.GetAsync(KnownKinds.Pods, A.Checkout, A.Limit()));

        Assert.That(problem.Status.Code, Is.EqualTo(code));
        Assert.That(problem.Status.Message, Is.EqualTo(message));
    }

    [Test]
    public async Task WhenAMessageIsLongAndOfManyLines_ThenItIsOneBoundedLine()
    {
        await using var api = await FakeApi.StartAsync(
            Answers.Status(403, "Forbidden" + new string('y', 500), "first\\n\\u001b[2Jsecond " + new string('x', 50_000)));
        using var client = A.Client(api);

        var problem = await A.ProblemAsync(() => client.GetAsync(KnownKinds.Pods, A.Checkout, A.Limit()));

        Assert.That(problem.Status.Message, Does.StartWith("first [2Jsecond xxx").And.Length.LessThan(1_600));
        Assert.That(problem.Status.Reason, Has.Length.LessThan(110));
    }

    [TestCase("", "the body is empty")]
    [TestCase("{\"kind\":\"Po", "not a JSON document (broken at line 1")]
    [TestCase("<html>login</html>", "<html>login</html>")]
    [TestCase("[]", "not a JSON document")]
    [TestCase("null", "not a JSON document")]
    public async Task WhenASuccessIsNoDocument_ThenItIsAReadableProblem(string body, string message)
    {
        await using var api = await FakeApi.StartAsync(Answers.Text(200, "application/json", body));
        using var client = A.Client(api);

        var problem = await A.ProblemAsync(() => client.GetAsync(KnownKinds.Pods, A.Checkout, A.Limit()));

        Assert.That((problem.IsUnanswered, problem.Status.Reason), Is.EqualTo((true, "Unreadable")));
        Assert.That(problem.Message, Does.Contain(message));
    }

    [TestCase("{\"kind\":\"Status\",\"message\":\"who is Bearer tok3n-of-the-user and "
        + "dG9rM24tb2YtdGhlLXVzZXI?\",\"reason\":\"Forbidden\",\"code\":403}")]
    [TestCase("<html>Authorization: Bearer tok3n-of-the-user, tok3n%2Dof-the-user, dG9rM24tb2YtdGhlLXVzZXI=</html>")]
    public async Task WhenAServerRepeatsTheToken_ThenTheMessageDoesNot(string body)
    {
        await using var api = await FakeApi.StartAsync(Answers.Text(403, "application/json", body),
            Answers.Text(body[0] == '<' ? 200 : 409, "text/html", body));
        using var client = new ApiClient(new ApiServerConfiguration(api.Address) { AccessToken = "tok3n-of-the-user" }, TimeProvider.System,
            A.QuickOptions);

        foreach (var problem in new[] { await A.ProblemAsync(() => client.GetAsync(KnownKinds.Pods, A.Checkout, A.Limit())),
            await A.ProblemAsync(() => client.GetAsync(KnownKinds.Pods, A.Checkout, A.Limit())) })
            Assert.That(problem.ToString(), Does.Contain("[redacted]").And.Not.Contain("of-the-user").And.Not.Contain("tb2YtdGhl"));
    }

    [Test]
    public async Task WhenTheObjectIsNotThere_ThenFindGivesNullAndGetThrows()
    {
        await using var api = await FakeApi.StartAsync(Answers.Status(404, "NotFound", "pods \\\"checkout\\\" not found"),
            Answers.Status(404, "NotFound", "no"));
        using var client = A.Client(api);

        Assert.That(await client.FindAsync(KnownKinds.Pods, A.Checkout, A.Limit()), Is.Null);
        Assert.That((await A.ProblemAsync(() => client.GetAsync(KnownKinds.Pods, A.Checkout, A.Limit()))).IsNotFound, Is.True);
    }

    [Test]
    public async Task WhenDiscoveryIsAsked_ThenAKindIsServedOrNot()
    {
        const string group = """{"kind":"APIResourceList","resources":[{"name":"rollouts"},{"name":"rollouts/status"}]}""";
        await using var api =
            await FakeApi.StartAsync(Answers.Json(group), Answers.Json(group), Answers.Text(404, "text/plain", "404 page not found"));
        using var client = A.Client(api);

        Assert.That(await client.ServesAsync(KnownKinds.Rollouts, A.Limit()), Is.True);
        Assert.That(await client.ServesAsync(KnownKinds.AnalysisRuns, A.Limit()), Is.False);
        Assert.That(await client.ServesAsync(IstioKinds.VirtualServices, A.Limit()), Is.False);
        Assert.That(api.Requests[0].PathAndQuery, Is.EqualTo("/apis/canary.delivery/v1alpha1"));
    }

    [Test]
    public async Task WhenAListHasPages_ThenAllAreFollowedAndItemsHaveTheirKind()
    {
        await using var api = await FakeApi.StartAsync(
            Answers.Json("""{"kind":"PodList","metadata":{"resourceVersion":"7","continue":"next"},"items":[{"metadata":{"name":"a"}}]}"""),
            Answers.Json("""{"kind":"PodList","metadata":{"resourceVersion":"7","continue":""},"items":[{"metadata":{"name":"b"}}]}"""));
        using var client = A.Client(api);

        var list = await client.ListAllAsync(KnownKinds.Pods, "shop",
            new ListOptions(LabelSelector: "app=x,tier!=y", Limit: 1, ResourceVersion: "0"), A.Limit());

        Assert.That(list.Items.Select(item => item.ToJsonString()), Is.EqualTo(new[]
        {
            """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}""", """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"b"}}""",
        }));
        Assert.That((list.ResourceVersion, list.Continue), Is.EqualTo(("7", (string?)null)));
        Assert.That(api.Requests[0].PathAndQuery,
            Is.EqualTo("/api/v1/namespaces/shop/pods?labelSelector=app%3Dx%2Ctier%21%3Dy&resourceVersion=0&limit=1"));
        Assert.That(api.Requests[1].PathAndQuery,
            Is.EqualTo("/api/v1/namespaces/shop/pods?labelSelector=app%3Dx%2Ctier%21%3Dy&limit=1&continue=next"));
    }

    [Test]
    public async Task WhenAListExpiresBetweenPages_ThenItIsFetchedInOnePiece()
    {
        await using var api = await FakeApi.StartAsync(
            Answers.Json("""{"metadata":{"resourceVersion":"7","continue":"next"},"items":[{"metadata":{"name":"gone"}}]}"""),
            Answers.Status(410, "Expired", "The provided continue parameter is too old"),
            Answers.Json("""{"metadata":{"resourceVersion":"9"},"items":[{"metadata":{"name":"b"}}]}"""));
        using var client = A.Client(api);

        var list = await client.ListAllAsync(KnownKinds.Pods, null, ListOptions.All, A.Limit());

        Assert.That(list.Items.Select(item => (string?)item["metadata"]!["name"]), Is.EqualTo(new[] { "b" }));
        Assert.That(api.Requests[2].PathAndQuery, Is.EqualTo("/api/v1/pods"));
    }
}
