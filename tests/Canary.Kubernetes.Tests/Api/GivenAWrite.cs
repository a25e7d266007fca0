using System;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Api;

public sealed class GivenAWrite
{
    private static readonly WriteOptions Options = new("canary", DryRun: true, FieldValidation: "Strict");

    private const string Path = "/apis/canary.delivery/v1alpha1/namespaces/shop/rollouts";

    [Test]
    public async Task WhenItIsACreation_ThenItIsPostedToTheCollection()
    {
        var seen = await SendAsync(client =>
            client.CreateAsync(KnownKinds.Rollouts, "shop", new JsonObject { ["text"] = "a < b & 'ü'" }, Options, A.Limit()));

        Assert.That((seen.Method, seen.PathAndQuery),
            Is.EqualTo(("POST", $"{Path}?fieldManager=canary&dryRun=All&fieldValidation=Strict")));
        Assert.That(seen.Body, Is.EqualTo("""{"text":"a \u003c b \u0026 'ü'"}"""));
        Assert.That(seen.Headers["Content-Type"], Is.EqualTo("application/json"));
        Assert.That(seen.Headers["Accept"], Is.EqualTo("application/json"));
        Assert.That(seen.Headers["User-Agent"], Does.Match(@"^canary/\d+\.\d+\.\d+"));
        Assert.That(seen.Headers.ContainsKey("Authorization"), Is.False);
    }

    // What Go's encoding/json writes: a test of a JSON Patch compares the text.
    [TestCase("<a href='x'>&\u2028\u2029", """\u003ca href='x'\u003e\u0026\u2028\u2029""")]
    [TestCase("\0\u000b\u001f\b\f\n\r\t", """\u0000\u000b\u001f\b\f\n\r\t""")]
    [TestCase("\u007f\u00a0\ufeff\ue000\u0378", "\u007f\u00a0\ufeff\ue000\u0378")]
    [TestCase("\U0001F4A5 \\u003c \" \\", """
        \U0001F4A5 \\u003c \" \\
        """)]
    public async Task WhenAStringHasLettersThatTheServerEscapes_ThenTheyAreSentAsItWritesThem(string text, string sent)
    {
        var seen = await SendAsync(client =>
            client.CreateAsync(KnownKinds.Rollouts, "shop", new JsonObject { ["text"] = text }, Options, A.Limit()));

        var expected = sent.Replace("\\U0001F4A5", "\U0001F4A5", StringComparison.Ordinal);
        Assert.That(seen.Body, Is.EqualTo($$"""{"text":"{{expected}}"}"""));
        Assert.That((string?)JsonNode.Parse(seen.Body)!["text"], Is.EqualTo(text));
    }

    [Test]
    public async Task WhenItIsAReplacement_ThenTheDocumentNamesThePath()
    {
        var document = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "checkout", ["namespace"] = "shop" } };

        var seen = await SendAsync(client => client.ReplaceAsync(KnownKinds.Rollouts, document, "status", A.Write, A.Limit()));

        Assert.That((seen.Method, seen.PathAndQuery), Is.EqualTo(("PUT", $"{Path}/checkout/status?fieldManager=test")));
    }

    private static readonly TestCaseData[] Patches =
    [
        new(new Patch.JsonPatch([new JsonObject { ["op"] = "test" }]), "application/json-patch+json", "", """[{"op":"test"}]"""),
        new(new Patch.Merge(new JsonObject { ["a"] = null }), "application/merge-patch+json", "", """{"a":null}"""),
        new(new Patch.StrategicMerge([]), "application/strategic-merge-patch+json", "", "{}"),
        new(new Patch.Apply([], false), "application/apply-patch+yaml", "", "{}"),
        new(new Patch.Apply([], true), "application/apply-patch+yaml", "&force=true", "{}"),
    ];

    [TestCaseSource(nameof(Patches))]
    public async Task WhenItIsAPatch_ThenItsFormIsSaid(Patch patch, string type, string query, string body)
    {
        var seen = await SendAsync(client => client.PatchAsync(KnownKinds.Rollouts, A.Checkout, patch, null, A.Write, A.Limit()));

        Assert.That((seen.Method, seen.PathAndQuery), Is.EqualTo(("PATCH", $"{Path}/checkout?fieldManager=test{query}")));
        Assert.That((seen.Headers["Content-Type"], seen.Body), Is.EqualTo((type, body)));
    }

    [Test]
    public async Task WhenItIsADeletion_ThenItsOptionsAreInTheBody()
    {
        var options = new DeleteOptions(DeletePropagation.Foreground, "uid-1", "77", TimeSpan.FromSeconds(5), DryRun: true);

        var seen = await SendAsync(client => client.DeleteAsync(KnownKinds.Rollouts, A.Checkout, options, A.Limit()));

        Assert.That((seen.Method, seen.PathAndQuery), Is.EqualTo(("DELETE", $"{Path}/checkout")));
        Assert.That(seen.Body, Is.EqualTo(
            """{"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Foreground","gracePeriodSeconds":5,"dryRun":["All"],"preconditions":{"uid":"uid-1","resourceVersion":"77"}}"""));
    }

    [Test]
    public async Task WhenTheServerHasAPathOfItsOwn_ThenItIsKept()
    {
        await using var api = await FakeApi.StartAsync(Answers.Json("{}"));
        using var client =
            new ApiClient(new ApiServerConfiguration(new Uri(api.Address, "/k8s/clusters/c-1/")), TimeProvider.System, A.QuickOptions);

        await client.GetRawAsync("/version", A.Limit());

        Assert.That(api.Requests[0].PathAndQuery, Is.EqualTo("/k8s/clusters/c-1/version"));
    }

    [Test]
    public void WhenTheNamespaceDoesNotFitTheKind_ThenItIsABug()
    {
        Assert.That(() => KnownKinds.Rollouts.Path(null, "checkout", null), Throws.ArgumentException.With.Message.Contains("namespaced"));
        Assert.That(() => KnownKinds.Namespaces.Path("shop", "shop", null),
            Throws.ArgumentException.With.Message.Contains("belong to the cluster"));
        Assert.That(KnownKinds.Namespaces.Path(null, "a/b", null), Is.EqualTo("/api/v1/namespaces/a%2Fb"));
    }

    private static async Task<SeenRequest> SendAsync(Func<ApiClient, Task> send)
    {
        await using var api = await FakeApi.StartAsync(Answers.Json("{}"));
        using var client = A.Client(api);
        await send(client);
        return api.Requests[0];
    }
}
