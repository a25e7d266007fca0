using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Conformance;

[CancelAfter(60_000)]
public sealed class GivenADeletion : ConformanceCluster
{
    [Test]
    public async Task WhenAFinalizerIsLeft_ThenTheObjectStaysUntilItGoes(CancellationToken cancel)
    {
        var probe = Probe("finalized");
        probe["metadata"]!["finalizers"] = new JsonArray("conformance.canary.delivery/hold");
        await CreateAsync(Probes, probe, cancel);

        var answer = await Client.DeleteAsync(Probes, At("finalized"), DeleteOptions.Default, cancel);
        var during = await Client.FindAsync(Probes, At("finalized"), cancel);
        await MergeAsync(Probes, "finalized", """{"metadata":{"finalizers":null}}""", null, cancel);

        Assert.That(answer["kind"]!.GetValue<string>(), Is.EqualTo("Probe"));
        Assert.That(during!["metadata"]!["deletionTimestamp"], Is.Not.Null);
        Assert.That(await Client.FindAsync(Probes, At("finalized"), cancel), Is.Null);
    }

    [Test]
    public async Task WhenItIsOnItsWayOut_ThenNoFinalizerCanBeAdded(CancellationToken cancel)
    {
        var probe = Probe("leaving");
        probe["metadata"]!["finalizers"] = new JsonArray("conformance.canary.delivery/hold");
        await CreateAsync(Probes, probe, cancel);
        await Client.DeleteAsync(Probes, At("leaving"), DeleteOptions.Default, cancel);

        var refusal = await RefusalAsync(() => MergeAsync(
            Probes, "leaving", """{"metadata":{"finalizers":["conformance.canary.delivery/hold","conformance.canary.delivery/more"]}}""",
            null, cancel));
        await MergeAsync(Probes, "leaving", """{"metadata":{"finalizers":null}}""", null, cancel);

        Assert.That(refusal.Status.Code, Is.EqualTo(422));
    }

    [Test]
    public async Task WhenAnotherObjectOfTheNameIsMeant_ThenItIsNotDeleted(CancellationToken cancel)
    {
        await CreateAsync(KnownKinds.ConfigMaps, ConfigMap("meant"), cancel);

        var refusal = await RefusalAsync(() => Client.DeleteAsync(
            KnownKinds.ConfigMaps, At("meant"), DeleteOptions.Default with { Uid = "11111111-1111-1111-1111-111111111111" }, cancel));

        Assert.That(refusal.IsConflict, Is.True);
        Assert.That(await Client.FindAsync(KnownKinds.ConfigMaps, At("meant"), cancel), Is.Not.Null);
    }

    [Test]
    public async Task WhenTheOwnerGoes_ThenWhatItOwnsGoesToo(CancellationToken cancel)
    {
        await OwnAsync("owner", "owned", cancel);

        await Client.DeleteAsync(Probes, At("owner"), DeleteOptions.Default, cancel);

        await EventuallyAsync(async () => await Client.FindAsync(KnownKinds.ConfigMaps, At("owned"), cancel) is null,
            "the owned object is gone", cancel);
    }

    [Test]
    public async Task WhenTheOwnerGoesInTheForeground_ThenWhatItOwnsGoesFirst(CancellationToken cancel)
    {
        await OwnAsync("last", "first", cancel);

        var answer = await Client.DeleteAsync(Probes, At("last"), new DeleteOptions(DeletePropagation.Foreground), cancel);

        Assert.That(answer["metadata"]!["finalizers"]!.ToJsonString(), Does.Contain("foregroundDeletion"));
        await EventuallyAsync(async () => await Client.FindAsync(Probes, At("last"), cancel) is null, "the owner is gone", cancel);
        Assert.That(await Client.FindAsync(KnownKinds.ConfigMaps, At("first"), cancel), Is.Null);
    }

    [Test]
    public async Task WhenTheOwnerOrphansWhatItOwns_ThenThatStaysWithoutOwner(CancellationToken cancel)
    {
        await OwnAsync("orphaning", "orphan", cancel);

        await Client.DeleteAsync(Probes, At("orphaning"), new DeleteOptions(DeletePropagation.Orphan), cancel);

        await EventuallyAsync(async () => await Client.FindAsync(Probes, At("orphaning"), cancel) is null, "the owner is gone", cancel);
        var orphan = await Client.GetAsync(KnownKinds.ConfigMaps, At("orphan"), cancel);
        Assert.That(orphan["metadata"]!["ownerReferences"], Is.Null);
    }

    private async Task OwnAsync(string owner, string owned, CancellationToken cancel)
    {
        var created = await CreateAsync(Probes, Probe(owner), cancel);
        var child = ConfigMap(owned);
        child["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = Probes.ApiVersion,
            ["kind"] = Probes.Kind,
            ["name"] = owner,
            ["uid"] = created["metadata"]!["uid"]!.GetValue<string>(),
            ["controller"] = true,
            ["blockOwnerDeletion"] = true,
        });
        await CreateAsync(KnownKinds.ConfigMaps, child, cancel);
    }
}
