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
        Assert.That(seen.Body, Is.EqualTo("""{"text":"a < b & 'ü'"}"""));
        Assert.That(seen.Headers["Content-Type"], Is.EqualTo("application/json"));
        Assert.That(seen.Headers["Accept"], Is.EqualTo("application/json"));
        Assert.That(seen.Headers["User-Agent"], Does.Match(@"^canary/\d+\.\d+\.\d+"));
        Assert.That(seen.Headers.ContainsKey("Authorization"), Is.False);
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
