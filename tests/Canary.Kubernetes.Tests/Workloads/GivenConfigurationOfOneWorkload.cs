using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.StableCopy;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Tests.Api;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads;

/// <summary>The content of ConfigMaps and Secrets is a part of the revision, and stable reads copies of it.</summary>
public sealed class GivenConfigurationOfOneWorkload : ConfiguredWorkload
{
    [Test]
    public async Task WhenItIsCopied_ThenTheCopyReadsCopiesOfItsOwn_AndBothSidesAreOfOneRevision()
    {
        await StartConfiguredAsync();

        var status = await ServeAsync();
        var copy = Get(KnownKinds.ConfigMaps, ReadMap("checkout-stable"));

        Assert.Multiple(() =>
        {
            Assert.That(ReadMap("checkout"), Is.EqualTo("checkout"), "the workload's template is the team's");
            Assert.That(ReadMap("checkout-stable"), Does.Match("^checkout-stable-[0-9a-f]{12}$"));
            Assert.That(Json.Text(copy, "data", "greeting"), Is.EqualTo("hello"));
            Assert.That(Json.Flag(copy, "immutable"), Is.True);
            Assert.That(Names(KnownKinds.Secrets), Has.One.Match("^database-stable-[0-9a-f]{12}$"));
            Assert.That(Json.Text(Container("checkout-stable")["env"]![0], "valueFrom", "configMapKeyRef", "name"),
                Is.EqualTo("modes-stable-000000000000"), "what is not there is not to come for stable alone");
            Assert.That(status.CanaryRevision, Is.Not.Null.And.EqualTo(status.StableRevision));
            Assert.That(status.RevisionScheme!.Version, Is.EqualTo(RevisionScheme.OfConfiguration));
            Assert.That(status.RevisionScheme.Configuration,
                Is.EqualTo(new[] { "ConfigMap/checkout", "ConfigMap/modes", "Secret/database" }));
        });
    }

    [Test]
    public async Task WhenItIsCopied_ThenTheRevisionIsTheOneOfEveryEarlierRelease()
    {
        await StartConfiguredAsync();

        // Golden: a change of this value starts a rollout of every workload at the next upgrade.
        Assert.That((await ServeAsync()).StableRevision, Is.EqualTo("a67015be79"));
    }

    [TestCase("checkout", """{"greeting":"good evening"}""")]
    [TestCase("checkout", """{"greeting":"hello","more":""}""")]
    [TestCase("modes", """{"mode":"fast"}""")]
    public async Task WhenAContentChanges_ThenTheWorkloadIsOfAnotherRevision_AndStableIsNot(string name, string data)
    {
        await StartConfiguredAsync();
        var status = await ServeAsync();

        var seen = await ChangeAsync(status, name, data);

        Assert.Multiple(() =>
        {
            Assert.That(seen.Second.Revision, Is.Not.Null.And.Not.EqualTo(status.CanaryRevision));
            Assert.That(seen.First.Revision, Is.EqualTo(status.StableRevision));
            Assert.That(seen.Second.ChangedConfiguration, Is.EqualTo(new[] { $"ConfigMap {name}" }));
            Assert.That(_shop.Affected, Is.Not.Empty, "who waits for it is told");
        });
    }

    [Test]
    public async Task WhenLabelsAnnotationsOrTheOrderOfKeysChange_ThenNothingIsReleased()
    {
        await StartConfiguredAsync();
        var status = await ServeAsync();

        Write("checkout", """{"greeting":"hello"}""", """{ "note": "applied again" }""");
        await Eventually.ThatAsync(() => Cached("checkout") == Documents.ResourceVersion(Get(KnownKinds.ConfigMaps, "checkout")),
            "the cache has it");

        Assert.That((await LookAsync(status)).Second.Revision, Is.EqualTo(status.CanaryRevision));
    }

    [Test]
    public async Task WhenItIsKeptInMemory_ThenNoValueIs()
    {
        await StartConfiguredAsync();
        await ServeAsync();

        var kept = _shop.Caches.Configuration.Get(KnownKinds.Secrets, "shop")!.Get(new ObjectName("shop", "database"))!.ToJsonString();

        Assert.That(kept, Does.Not.Contain("aHVudGVyMg").And.Not.Contain("password"));
    }

    [Test]
    public async Task WhenItIsPromoted_ThenStableReadsTheContentThatWasAnalysed()
    {
        await StartConfiguredAsync();
        var status = await ServeAsync();
        var before = ReadMap("checkout-stable");
        var seen = await ChangeAsync(status, "checkout", """{"greeting":"good evening"}""");

        var result = await PromoteAsync(status, seen.Second.Revision!);
        await CaughtUpAsync();

        Assert.Multiple(() =>
        {
            Assert.That(result, Is.EqualTo(new WriteResult.Applied(1)));
            Assert.That(Json.Text(Get(KnownKinds.ConfigMaps, ReadMap("checkout-stable")), "data", "greeting"), Is.EqualTo("good evening"));
            Assert.That(ReadMap("checkout-stable"), Is.Not.EqualTo(before));
            Assert.That(LookAsync(status).Result.First.Revision, Is.EqualTo(seen.Second.Revision));
        });
    }

    [Test]
    public async Task WhenAContentIsPushedDuringThePromotion_ThenItDoesNotSlipThrough()
    {
        await StartConfiguredAsync();
        var status = await ServeAsync();
        var seen = await ChangeAsync(status, "checkout", """{"greeting":"good evening"}""");
        await _shop.FreezeAsync();
        Write("checkout", """{"greeting":"never analysed"}""");

        var result = await PromoteAsync(status, seen.Second.Revision!);

        Assert.That(result, Is.TypeOf<WriteResult.Contended>());
        Assert.That(_shop.Cluster.List(KnownKinds.ConfigMaps).Select(one => one["data"]!.ToJsonString()),
            Has.One.Contains("never analysed"), "it was not copied");
    }

    [Test]
    public async Task WhenItIsPromoted_ThenCopiesThatNoReplicaSetNamesGo_AndTheOthersStay()
    {
        await StartConfiguredAsync();
        var status = await ServeAsync();
        var first = ReadMap("checkout-stable");
        var second = await ReleaseAsync(status, "one");
        Remember("checkout-stable-2");
        await ReleaseAsync(status, "two");

        await ReleaseAsync(status, "three");

        Assert.That(Names(KnownKinds.ConfigMaps), Does.Contain(second).And.Contain(ReadMap("checkout-stable")).And.Not.Contain(first));
    }

    [Test]
    public async Task WhenACopyIsDeletedByMistake_ThenItIsMadeAgain()
    {
        await StartConfiguredAsync();
        var status = await ServeAsync();
        var name = ReadMap("checkout-stable");
        _shop.Cluster.Delete(KnownKinds.ConfigMaps, "shop", name);
        await Eventually.ThatAsync(async () => (await LookAsync(status)).Copy!.IsConfigurationDue, "it is missed");

        await ArrangeAsync(Again);

        Assert.That(Json.Text(Get(KnownKinds.ConfigMaps, name), "data", "greeting"), Is.EqualTo("hello"));
    }

    [Test]
    public async Task WhenTheCopyIsMadeAgainAfterAContentChanged_ThenItReadsThatOfTheStableRevision()
    {
        await StartConfiguredAsync();
        var status = await ServeAsync();
        var name = ReadMap("checkout-stable");
        await ChangeAsync(status, "checkout", """{"greeting":"bad"}""");
        _shop.Cluster.Delete(KnownKinds.Deployments, "shop", "checkout-stable");
        await Eventually.ThatAsync(() => _shop.Caches.Deployments.Cache.Get(new ObjectName("shop", "checkout-stable")) is null,
            "it is gone");

        var snapshot = _shop.Snapshot() with { Status = status };
        await Workloads.ArrangeAsync(snapshot, snapshot.Spec!, new CopyLevels(StableServing.Neither, 3, null, status.StableRevision),
            A.Limit());
        await CaughtUpAsync();

        Assert.That(ReadMap("checkout-stable"), Is.EqualTo(name));
        Assert.That((await LookAsync(status)).First.Revision, Is.EqualTo(status.StableRevision));
    }

    private async Task<string> ReleaseAsync(RolloutStatus status, string greeting)
    {
        var seen = await ChangeAsync(status, "checkout", $$"""{"greeting":"{{greeting}}"}""");
        Assert.That(await PromoteAsync(status, seen.Second.Revision!), Is.EqualTo(new WriteResult.Applied(1)));
        await CaughtUpAsync();
        return ReadMap("checkout-stable");
    }

    private void Remember(string replicaSet) => _shop.Cluster.Put(KnownKinds.ReplicaSets, new JsonObject
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = replicaSet,
            ["namespace"] = "shop",
            ["labels"] = new JsonObject { ["app"] = "checkout-stable" },
        },
        ["spec"] = new JsonObject
        {
            ["template"] = Get(KnownKinds.Deployments, "checkout-stable")["spec"]!["template"]!.DeepClone(),
        },
    });

    private string? Cached(string map) => _shop.Caches.Configuration.Get(KnownKinds.ConfigMaps, "shop")
        ?.Get(new ObjectName("shop", map)) is { } known ? Documents.ResourceVersion(known) : null;
}
