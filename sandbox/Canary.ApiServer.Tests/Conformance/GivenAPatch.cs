using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Conformance;

[CancelAfter(60_000)]
public sealed class GivenAPatch : ConformanceCluster
{
    [Test]
    public async Task WhenAMergePatchHasANull_ThenTheMemberGoesAndItsDefaultComesBack(CancellationToken cancel)
    {
        await CreateAsync(Probes, Probe("merge", """{"size":1,"mode":"fast","note":"x"}"""), cancel);

        var after = await MergeAsync(Probes, "merge", """{"spec":{"mode":null,"note":null}}""", null, cancel);

        Assert.That(after["spec"]!.ToJsonString(), Does.Contain("\"mode\":\"slow\"").And.Not.Contain("note"));
    }

    [Test]
    public async Task WhenAMergePatchHasAList_ThenTheListIsReplaced(CancellationToken cancel)
    {
        await CreateAsync(Probes, Probe("lists", """{"size":1,"steps":[{"weight":5},{"weight":50}]}"""), cancel);

        var after = await MergeAsync(Probes, "lists", """{"spec":{"steps":[{"weight":7}]}}""", null, cancel);

        Assert.That(after["spec"]!["steps"]!.ToJsonString(), Is.EqualTo("""[{"weight":7}]"""));
    }

    [Test]
    public async Task WhenAMergePatchNamesAStaleVersion_ThenTheAnswerIsAConflict(CancellationToken cancel)
    {
        var created = await CreateAsync(Probes, Probe("merge-stale"), cancel);
        await MergeAsync(Probes, "merge-stale", """{"spec":{"size":2}}""", null, cancel);

        var refusal = await RefusalAsync(() =>
            MergeAsync(Probes, "merge-stale",
                """{"metadata":{"resourceVersion":"VERSION"},"spec":{"size":3}}""".Replace("VERSION", Version(created)), null, cancel));

        Assert.That(refusal.IsConflict, Is.True);
    }

    [Test]
    public async Task WhenTheTestsOfAJsonPatchHold_ThenItIsApplied(CancellationToken cancel)
    {
        await CreateAsync(Probes, Probe("json", """{"size":1,"steps":[{"weight":100},{"weight":0}]}"""), cancel);

        var after = await JsonPatchAsync(
            Probes,
            "json",
            """[{"op":"test","path":"/spec/steps/0/weight","value":100},{"op":"add","path":"/spec/steps/0/weight","value":80},{"op":"add","path":"/spec/steps/1/weight","value":20}]""",
            cancel);

        Assert.That(after["spec"]!["steps"]!.ToJsonString(), Is.EqualTo("""[{"weight":80},{"weight":20}]"""));
    }

    [Test]
    public async Task WhenATestOfAJsonPatchFails_ThenItIs422AndNothingIsChanged(CancellationToken cancel)
    {
        await CreateAsync(Probes, Probe("json-test"), cancel);

        var refusal = await RefusalAsync(() =>
            JsonPatchAsync(Probes, "json-test",
                """[{"op":"add","path":"/spec/size","value":5},{"op":"test","path":"/spec/mode","value":"fast"}]""", cancel));

        Assert.That(refusal.Status.Code, Is.EqualTo(422));
        Assert.That((await Client.GetAsync(Probes, At("json-test"), cancel))["spec"]!["size"]!.GetValue<int>(), Is.EqualTo(1));
    }

    [Test]
    public async Task WhenAStrategicPatchIsSentForACustomResource_ThenItsTypeIsRefused(CancellationToken cancel)
    {
        await CreateAsync(Probes, Probe("strategic"), cancel);

        var refusal = await RefusalAsync(() =>
            Client.PatchAsync(Probes, At("strategic"), new Patch.StrategicMerge([]), null, new WriteOptions("conformance"), cancel));

        Assert.That(refusal.Status.Code, Is.EqualTo(415));
    }

    [Test]
    public async Task WhenAStrategicPatchNamesAContainer_ThenTheOthersStay(CancellationToken cancel)
    {
        var deployment = (JsonObject)JsonNode.Parse(
            """
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"strategic"},"spec":{"replicas":0,"selector":{"matchLabels":{"app":"s"}},
             "template":{"metadata":{"labels":{"app":"s"}},"spec":{"containers":[{"name":"a","image":"a:1"},{"name":"b","image":"b:1"}]}}}}
            """)!;
        await CreateAsync(KnownKinds.Deployments, deployment, cancel);

        var patch = (JsonObject)JsonNode.Parse("""{"spec":{"template":{"spec":{"containers":[{"name":"a","image":"a:2"}]}}}}""")!;
        var after = await Client.PatchAsync(KnownKinds.Deployments, At("strategic"), new Patch.StrategicMerge(patch), null,
            new WriteOptions("conformance"), cancel);

        var images = after["spec"]!["template"]!["spec"]!["containers"]!.AsArray().Select(c => c!["image"]!.GetValue<string>());
        Assert.That(images, Is.EqualTo(new[] { "a:2", "b:1" }));
    }

    [Test]
    public async Task WhenTwoManagersApply_ThenEachOwnsItsFieldsAndAConflictNamesTheOther(CancellationToken cancel)
    {
        await ApplyAsync(Probes, "applied", Probe("applied", """{"size":1,"tags":["a"]}"""), "alice", false, cancel);
        var merged = await ApplyAsync(Probes, "applied", Probe("applied", """{"size":1,"tags":["b"]}"""), "bob", false, cancel);

        var refusal =
            await RefusalAsync(() => ApplyAsync(Probes, "applied", Probe("applied", """{"size":2,"tags":["b"]}"""), "bob", false, cancel));
        var forced = await ApplyAsync(Probes, "applied", Probe("applied", """{"size":2,"tags":["b"]}"""), "bob", true, cancel);

        Assert.That(merged["spec"]!["tags"]!.ToJsonString(), Is.EqualTo("""["a","b"]"""));
        Assert.That(refusal.Status.Causes.Select(c => (c.Reason, c.Field)), Is.EqualTo(new[] { ("FieldManagerConflict", ".spec.size") }));
        Assert.That(refusal.Status.Message, Does.Contain("alice"));
        Assert.That(forced["spec"]!["size"]!.GetValue<int>(), Is.EqualTo(2));
    }

    [Test]
    public async Task WhenAManagerLeavesOutWhatItApplied_ThenItGoesAway(CancellationToken cancel)
    {
        await ApplyAsync(Probes, "left-out", Probe("left-out", """{"size":1,"note":"mine","tags":["a","b"]}"""), "alice", false, cancel);

        var after = await ApplyAsync(Probes, "left-out", Probe("left-out", """{"size":1,"tags":["a"]}"""), "alice", false, cancel);

        Assert.That(after["spec"]!["note"], Is.Null);
        Assert.That(after["spec"]!["tags"]!.ToJsonString(), Is.EqualTo("""["a"]"""));
    }
}
