using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Conformance;

[CancelAfter(60_000)]
public sealed class GivenAStoredObject : ConformanceCluster
{
    [Test]
    public async Task WhenItIsReplacedWithAStaleVersion_ThenTheAnswerIsAConflict(CancellationToken cancel)
    {
        var first = await CreateAsync(Probes, Probe("stale"), cancel);
        var changed = (JsonObject)first.DeepClone();
        changed["spec"]!["size"] = 2;
        await ReplaceAsync(Probes, changed, null, cancel);

        first["spec"]!["size"] = 3;
        var refusal = await RefusalAsync(() => ReplaceAsync(Probes, first, null, cancel));

        Assert.That((refusal.Status.Code, refusal.Status.Reason), Is.EqualTo((409, "Conflict")));
        Assert.That((await Client.GetAsync(Probes, At("stale"), cancel))["spec"]!["size"]!.GetValue<int>(), Is.EqualTo(2));
    }

    [Test]
    public async Task WhenACustomResourceIsReplacedWithoutAVersion_ThenItIsRefused(CancellationToken cancel)
    {
        await CreateAsync(Probes, Probe("unversioned"), cancel);
        var replacement = Probe("unversioned");
        replacement["metadata"]!["namespace"] = Namespace;

        var refusal = await RefusalAsync(() => ReplaceAsync(Probes, replacement, null, cancel));

        Assert.That(refusal.Status.Code, Is.EqualTo(422));
    }

    [Test]
    public async Task WhenAWriteChangesNothing_ThenTheVersionStays(CancellationToken cancel)
    {
        var before = await CreateAsync(Probes, Probe("noop"), cancel);

        var after = await MergeAsync(Probes, "noop", """{"spec":{"size":1}}""", null, cancel);

        Assert.That(Version(after), Is.EqualTo(Version(before)));
    }

    [Test]
    public async Task WhenTheSpecChanges_ThenTheGenerationRisesAndLabelsLeaveItAlone(CancellationToken cancel)
    {
        var created = await CreateAsync(Probes, Probe("generations"), cancel);

        var labelled = await MergeAsync(Probes, "generations", """{"metadata":{"labels":{"a":"b"}}}""", null, cancel);
        var resized = await MergeAsync(Probes, "generations", """{"spec":{"size":2}}""", null, cancel);

        Assert.That((Generation(created), Generation(labelled), Generation(resized)), Is.EqualTo((1L, 1L, 2L)));
    }

    [Test]
    public async Task WhenStatusIsWritten_ThenNothingElseChangesByIt(CancellationToken cancel)
    {
        var created = await CreateAsync(Probes, Probe("status"), cancel);
        var changed = (JsonObject)created.DeepClone();
        changed["spec"]!["size"] = 9;
        changed["metadata"]!["labels"] = new JsonObject { ["via"] = "status" };
        changed["status"] = new JsonObject { ["phase"] = "Ready" };

        var after = await ReplaceAsync(Probes, changed, "status", cancel);

        Assert.That(after["status"]!["phase"]!.GetValue<string>(), Is.EqualTo("Ready"));
        Assert.That(after["spec"]!["size"]!.GetValue<int>(), Is.EqualTo(1));
        Assert.That(after["metadata"]!["labels"], Is.Null);
        Assert.That(Generation(after), Is.EqualTo(1));
    }

    [Test]
    public async Task WhenStatusIsSentToTheObjectItself_ThenItIsIgnored(CancellationToken cancel)
    {
        await CreateAsync(Probes, Probe("no-status"), cancel);

        var after = await MergeAsync(Probes, "no-status", """{"status":{"phase":"Ready"},"spec":{"size":3}}""", null, cancel);

        Assert.That(after["status"], Is.Null);
        Assert.That(after["spec"]!["size"]!.GetValue<int>(), Is.EqualTo(3));
    }

    [Test]
    public async Task WhenItIsScaled_ThenTheSpecFollows(CancellationToken cancel)
    {
        await CreateAsync(Probes, Probe("scaled"), cancel);

        var scale = await MergeAsync(Probes, "scaled", """{"spec":{"replicas":4}}""", "scale", cancel);

        Assert.That(scale["spec"]!["replicas"]!.GetValue<int>(), Is.EqualTo(4));
        Assert.That((await Client.GetAsync(Probes, At("scaled"), cancel))["spec"]!["size"]!.GetValue<int>(), Is.EqualTo(4));
    }

    [Test]
    public async Task WhenItIsCreatedAgain_ThenItExistsAlready(CancellationToken cancel)
    {
        await CreateAsync(KnownKinds.ConfigMaps, ConfigMap("twice"), cancel);

        var refusal = await RefusalAsync(() => CreateAsync(KnownKinds.ConfigMaps, ConfigMap("twice"), cancel));

        Assert.That(refusal.IsAlreadyExists, Is.True);
    }

    [Test]
    public async Task WhenAWriteIsADryRun_ThenItIsCheckedAndNotKept(CancellationToken cancel)
    {
        var shown = await Client.CreateAsync(Probes, Namespace, Probe("dry"), new WriteOptions("conformance", DryRun: true), cancel);

        Assert.That(shown["spec"]!["mode"]!.GetValue<string>(), Is.EqualTo("slow"));
        Assert.That(await Client.FindAsync(Probes, At("dry"), cancel), Is.Null);
    }

    [Test]
    public async Task WhenPagesAreRead_ThenTheyAreOfOneMoment(CancellationToken cancel)
    {
        for (var i = 0; i < 5; i++)
            await CreateAsync(Probes, Labelled($"page-{i}"), cancel);
        var first = await Client.ListAsync(Probes, Namespace, new ListOptions(LabelSelector: "set=pages", Limit: 2), cancel);
        await CreateAsync(Probes, Labelled("page-9"), cancel);

        var second = await Client.ListAsync(Probes, Namespace,
            new ListOptions(LabelSelector: "set=pages", Limit: 10, Continue: first.Continue), cancel);

        Assert.That(first.Items, Has.Count.EqualTo(2));
        Assert.That(second.Items.Select(i => i["metadata"]!["name"]!.GetValue<string>()),
            Is.EqualTo(new[] { "page-2", "page-3", "page-4" }));
        Assert.That(second.ResourceVersion, Is.EqualTo(first.ResourceVersion));
        Assert.That(second.Continue, Is.Null.Or.Empty);

        JsonObject Labelled(string name)
        {
            var probe = Probe(name);
            probe["metadata"]!["labels"] = new JsonObject { ["set"] = "pages" };
            return probe;
        }
    }

    [Test]
    public async Task WhenAFieldIsSelected_ThenOnlyTheOneOfThatNameIsListed(CancellationToken cancel)
    {
        await CreateAsync(KnownKinds.ConfigMaps, ConfigMap("chosen"), cancel);
        await CreateAsync(KnownKinds.ConfigMaps, ConfigMap("other"), cancel);

        var list = await Client.ListAsync(KnownKinds.ConfigMaps, Namespace, new ListOptions(FieldSelector: "metadata.name=chosen"), cancel);

        Assert.That(list.Items.Select(i => i["metadata"]!["name"]!.GetValue<string>()), Is.EqualTo(new[] { "chosen" }));
    }
}
