using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Tests.Api;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads;

/// <summary>What may not be read, and what nobody wants to be a part of the revision, stops nothing.</summary>
public sealed class GivenConfigurationThatIsNotTracked : ConfiguredWorkload
{
    [Test]
    public async Task WhenSecretsMayNotBeRead_ThenConfigMapsAreTrackedAlone_AndItSaysSo()
    {
        await StartConfiguredAsync(cluster => cluster.RefuseReading = path =>
            path == "/api/v1/namespaces/shop/secrets" ? (403, "secrets is forbidden: cannot list") : null);

        var status = await ServeAsync();
        var seen = await LookAsync(status);

        Assert.Multiple(() =>
        {
            Assert.That(status.RevisionScheme!.Configuration, Is.EqualTo(new[] { "ConfigMap/checkout", "ConfigMap/modes" }));
            Assert.That(seen.UntrackedConfiguration, Does.Contain("Secret database cannot be read: secrets is forbidden"));
            Assert.That(seen.Problems, Is.Empty);
            Assert.That(Names(KnownKinds.Secrets), Is.EqualTo(new[] { "database" }), "stable reads the original");
            Assert.That(seen.Second.Revision, Is.Not.Null.And.EqualTo(seen.First.Revision));
        });
    }

    [Test]
    public async Task WhenTheKeyMayNotBeMade_ThenNothingIsTracked_AndItSaysSo()
    {
        await StartConfiguredAsync(cluster =>
        {
            cluster.Delete(KnownKinds.Secrets, "canary-system", "canary-controller-key");
            cluster.Refusal = (request, _) =>
                request.Path.Value!.EndsWith("/secrets", System.StringComparison.Ordinal) ? (403, "no") : null;
        });

        var status = await ServeAsync();

        Assert.That(status.RevisionScheme!.Version, Is.EqualTo(RevisionScheme.OfOneWorkload));
        Assert.That((await LookAsync(status)).UntrackedConfiguration, Does.Contain("Secret canary-system/canary-controller-key"));
        Assert.That(ReadMap("checkout-stable"), Is.EqualTo("checkout"));
    }

    [Test]
    public async Task WhenThereIsNoKey_ThenOneIsMade_WhichNobodyChanges()
    {
        await StartConfiguredAsync(cluster => cluster.Delete(KnownKinds.Secrets, "canary-system", "canary-controller-key"));

        var status = await ServeAsync();
        var key = _shop.Cluster.Get(KnownKinds.Secrets, "canary-system", "canary-controller-key");

        Assert.That((bool?)key["immutable"], Is.True);
        Assert.That(System.Convert.FromBase64String((string)key["data"]!["key"]!), Has.Length.EqualTo(32));
        Assert.That(status.RevisionScheme!.Key, Is.Not.Empty);
    }

    [TestCase("disabled", new[] { "ConfigMap/modes", "Secret/database" }, null)]
    [TestCase("enabled", new[] { "ConfigMap/checkout", "ConfigMap/modes", "Secret/database" }, null)]
    [TestCase("off", new[] { "ConfigMap/checkout", "ConfigMap/modes", "Secret/database" },
        "ConfigMap checkout: annotation canary.delivery/config-tracking is \"off\"; allowed is disabled")]
    public async Task WhenAnAnnotationSaysSo_ThenAConfigMapIsNoPartOfIt(string value, string[] tracked, string? said)
    {
        await StartConfiguredAsync(_ => Write("checkout", """{"greeting":"hello"}""",
            $$"""{ canary.delivery/config-tracking: "{{value}}" }"""));

        var status = await ServeAsync();

        Assert.That(status.RevisionScheme!.Configuration, Is.EqualTo(tracked));
        Assert.That((await LookAsync(status)).UntrackedConfiguration, said is null ? Is.Null : Does.Contain(said));
        Assert.That(ReadMap("checkout-stable") == "checkout", Is.EqualTo(value == "disabled"));
    }

    [Test]
    public async Task WhenTheWorkloadSaysSo_ThenNothingIsAPartOfIt()
    {
        await StartConfiguredAsync();
        Change("checkout", document => document["metadata"]!["annotations"]!["canary.delivery/config-tracking"] = "disabled");
        await CaughtUpAsync();

        var status = await ServeAsync();

        Assert.That(status.RevisionScheme!.Version, Is.EqualTo(RevisionScheme.OfOneWorkload));
        Assert.That((await LookAsync(status)).UntrackedConfiguration, Is.Null);
    }

    [Test]
    public async Task WhenTheAnnotationComesLater_ThenItReleasesNothing()
    {
        await StartConfiguredAsync();
        var status = await ServeAsync();

        Write("checkout", """{"greeting":"hello"}""", """{ canary.delivery/config-tracking: disabled }""");
        await Eventually.ThatAsync(async () => (await LookAsync(status)).CurrentScheme!.Configuration.Count == 2, "it is read");
        var seen = await LookAsync(status);

        Assert.That((seen.First.Revision, seen.Second.Revision), Is.EqualTo((status.StableRevision, status.CanaryRevision)));
    }

    [Test]
    public async Task WhenTheKeyIsAnotherOne_ThenTheSchemeIsLost_AndTheOneOfNowIsKnown()
    {
        await StartConfiguredAsync();
        var status = await ServeAsync();
        _shop.Cluster.Put(KnownKinds.Secrets, KeySecret.Replace("AAEC", "BBEC", System.StringComparison.Ordinal));

        var seen = await LookAsync(status);

        Assert.Multiple(() =>
        {
            Assert.That(seen.IsSchemeLost, Is.True);
            Assert.That((seen.First.Revision, seen.Second.Revision), Is.EqualTo((status.StableRevision, (string?)null)));
            Assert.That(seen.Second.CurrentRevision, Is.Not.Null.And.Not.EqualTo(status.CanaryRevision));
            Assert.That(seen.AreTemplatesAlike, Is.True);
        });

        Change("checkout", document => document["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = "checkout:2.0.0");
        await CaughtUpAsync();
        Assert.That((await LookAsync(status)).AreTemplatesAlike, Is.False, "an image was pushed");
    }

    [Test]
    public async Task WhenTheApiServerIsAway_ThenNothingIsKnown_AndNothingIsLost()
    {
        await StartConfiguredAsync();
        var status = await ServeAsync();
        _shop.Cluster.RefuseReading = path =>
            path.Contains("canary-controller-key", System.StringComparison.Ordinal) ? (500, "away") : null;

        var seen = await LookAsync(status);

        Assert.That((seen.IsSchemeLost, seen.Second.Revision), Is.EqualTo((false, (string?)null)));
    }

    [Test]
    public async Task WhenPullSecretsAndTokensAreNamed_ThenTheyAreNoPartOfIt()
    {
        await StartConfiguredAsync();
        Change("checkout", document =>
        {
            var spec = (JsonObject)document["spec"]!["template"]!["spec"]!;
            spec["imagePullSecrets"] = new JsonArray(new JsonObject { ["name"] = "registry" });
            spec["initContainers"] = JsonNode.Parse("""[{"name":"migrate","envFrom":[{"secretRef":{"name":"migration"}}]}]""");
            spec["volumes"] = JsonNode.Parse("""
                [{"name":"all","projected":{"sources":[{"serviceAccountToken":{"path":"token"}},{"configMap":{"name":"ca"}},{"secret":{"name":"tls"}}]}},
                 {"name":"token","secret":{"secretName":"legacy-token"}}]
                """);
        });
        _shop.Cluster.Put(KnownKinds.Secrets,
            "{ metadata: { name: legacy-token, namespace: shop }, type: kubernetes.io/service-account-token, data: { token: eA== } }");
        await CaughtUpAsync();

        var status = await ServeAsync();

        Assert.That(status.RevisionScheme!.Configuration,
            Is.EqualTo(new[] { "ConfigMap/ca", "ConfigMap/checkout", "ConfigMap/modes", "Secret/migration", "Secret/tls" }));
        Assert.That(status.RevisionScheme.Configuration.Concat(Names(KnownKinds.Secrets)), Has.None.Contains("token-stable"));
    }
}
