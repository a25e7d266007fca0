using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Tests.Replay;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Policies;

/// <summary>The policy in <c>deploy/base/admission.yaml</c>, on our server, which decides as a real one does by the recorded
/// policy.</summary>
public sealed class GivenThePolicyThatIsDeployed
{
    private const string Annotation = "canary.delivery/request";
    private const string ForeignAbort = """{"id":"9","action":"abort","by":"peer-admin"}""";
    private const string ForeignPromote = """{"id":"9","action":"promote","by":"peer-admin"}""";
    private const string OwnAbort = """{"id":"9","action":"abort","by":"aborter-user"}""";

    /// <summary>Recorded decisions that were wrong; every other one stays as it was.</summary>
    private static readonly string[] Mended =
    [
        "another annotation removed by promoter-user", "another annotation removed by aborter-user",
        "another annotation removed by patcher-user",
        "pending abort of another removed by aborter-user", "pending abort of another removed by patcher-user", "id twice by promoter-user",
        "step twice by promoter-user",
    ];

    private PolicyCluster _cluster = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _cluster = await PolicyCluster.StartAsync("deploy/base/admission.yaml", CancellationToken.None);

    [OneTimeTearDown]
    public async Task StopAsync() => await _cluster.DisposeAsync();

    [Test]
    [CancelAfter(120_000)]
    public async Task WhenTheRecordedWritesAreSent_ThenOnlyWhatWasWrongIsDecidedOtherwise(CancellationToken cancel)
    {
        var changed = new List<string>();
        foreach (var line in File.ReadLines(Path.Combine(RecordingFiles.Folder, "14-admission-policy.jsonl"))
            .Select(line => (JsonObject)JsonNode.Parse(line)!))
        {
            var request = line["request"]!;
            var (status, _) =
                await _cluster.AskAsync(request["user"]!.ToString(), (JsonObject)request["annotationsBefore"]!, request["body"]!, cancel);
            if (status != line["response"]!["status"]!.GetValue<int>())
                changed.Add(line["step"]!.ToString());
        }

        Assert.That(changed, Is.EquivalentTo(Mended));
    }

    // Who takes which pending request away.
    [TestCase("patcher-user", ForeignAbort, 422)]
    [TestCase("patcher-user", ForeignPromote, 422)]
    [TestCase("patcher-user", """{"id":"9","action":"abort","by":"patcher-user"}""", 422)]
    [TestCase("patcher-user", "not even JSON", 422)]
    [TestCase("patcher-user", "", 422)]
    [TestCase("aborter-user", ForeignAbort, 422)]
    [TestCase("aborter-user", ForeignPromote, 200)]
    [TestCase("aborter-user", OwnAbort, 200)]
    [TestCase("second-aborter", OwnAbort, 422)]
    [TestCase("aborter-user", """{"id":"9","action":"abort","action":"pause","by":"aborter-user"}""", 422)]
    [TestCase("aborter-user", """{"id":"9","\u0061ction":"abort","action":"pause","by":"peer-admin"}""", 422)]
    [TestCase("aborter-user", """{"id":"9","action": "abort","by":"peer-admin"}""", 422)]
    [TestCase("aborter-user", """{"id":"9","action":"abort","by":"peer-admin","reason":"by:aborter-user"}""", 422)]
    [TestCase("promoter-user", ForeignAbort, 200)]
    [TestCase("edit-user", ForeignAbort, 200)]
    [TestCase(PolicyCluster.Controller, ForeignAbort, 200)]
    public async Task WhenARequestIsTakenAway_ThenItDependsOnTheVerb(string user, string standing, int expected)
    {
        var before = new JsonObject { [Annotation] = standing, ["note"] = "keep" };

        var (byMember, said) = await _cluster.AskAsync(user, before, Patch(new JsonObject { [Annotation] = null }), CancellationToken.None);
        var (emptied, _) = await _cluster.AskAsync(user, before, Patch(new JsonObject { [Annotation] = "" }), CancellationToken.None);

        Assert.That(byMember, Is.EqualTo(expected), said.ToJsonString());
        Assert.That(emptied, Is.EqualTo(standing.Length == 0 ? 200 : expected));
    }

    [TestCase("aborter-user", """{"id":"1","action":"abort","by":"aborter-user"}""", 200)]
    [TestCase("aborter-user", """{"id":"1","action":"pause","by":"aborter-user"}""", 422)]
    [TestCase("aborter-user", """{"id":"1","action":"promote","by":"aborter-user","reason":"abort"}""", 422)]
    [TestCase("aborter-user", """{"id":"1","action":"Abort","by":"aborter-user"}""", 422)]
    [TestCase("aborter-user", """{"id":"1","action":"abort ","by":"aborter-user"}""", 422)]
    [TestCase("aborter-user", """{"id":"1","Action":"abort","by":"aborter-user"}""", 422)]
    [TestCase("patcher-user", """{"id":"1","action":"abort","by":"patcher-user"}""", 422)]
    [TestCase(PolicyCluster.Controller, """{"id":"1","action":"promote","by":"system:serviceaccount:canary-system:canary-controller"}""",
        422)]
    [TestCase("promoter-user", """{"id":"1","id":"2","action":"abort","by":"promoter-user"}""", 422)]
    [TestCase("promoter-user", """{"id":"1","action":"abort","by":"promoter-user","reason":"a","reason":"b"}""", 422)]
    [TestCase("promoter-user", """{"id":"1","action":"abort","by":"promoter-user","revision":"a","revision":"b"}""", 422)]
    [TestCase("promoter-user", """{"id":"1","action":"abort","by":"promoter-user","edge":"a","edge":"b"}""", 422)]
    [TestCase("promoter-user", """{"id":"1","action":"abort","by":"promoter-user","step":1,"step":2}""", 422)]
    [TestCase("promoter-user", """{"id":"1","action":1,"by":"promoter-user"}""", 422)]
    [TestCase("promoter-user", """{"id":1,"action":"abort","by":"promoter-user"}""", 422)]
    [TestCase("promoter-user", """{"id":"1","action":null,"by":"promoter-user"}""", 422)]
    [TestCase("promoter-user", """{"id":"1","action":["abort"],"by":"promoter-user"}""", 422)]
    [TestCase("promoter-user", """{"id":"1","action":"abort","by":"promoter-user","step":"1"}""", 422)]
    [TestCase("promoter-user", """{"id":"1","action":"abort","by":"promoter-user","step":1.5}""", 422)]
    [TestCase("promoter-user", """{"id":"1","action":"abort","by":"second-promoter"}""", 422)]
    [TestCase("promoter-user", """{"id":"1","action":"abort","by":"promoter-user2"}""", 422)]
    [TestCase("promoter-user", """{"id":"1","action":"abort","by":"Promoter-User"}""", 422)]
    [TestCase("promoter-user", """{"id":"1","action":"abort"}""", 422)]
    [TestCase("promoter-user", """{"id":"1","action":"abort","reason":"by:promoter-user"}""", 422)]
    [TestCase("promoter-user", "{\"id\":\"1\",\"action\":\"abort\",\"by\":\"promoter-user\"}\n", 422)]
    [TestCase("promoter-user", "{\"id\":\"1\",\"action\":\"abort\",\"by\":\"promoter-user\",\"reason\":\"a\nb\"}", 422)]
    [TestCase("promoter-user", " ", 422)]
    [TestCase("promoter-user", """{"id":"1","action":"abort","by":"promoter-user","reason":"Grüße, 世界 🚀"}""", 200)]
    [TestCase("bad\",\"by\":\"x", """{"id":"1","action":"abort","by":"bad","by":"x"}""", 422)]
    [TestCase("bad\",\"by\":\"x", """{"id":"1","action":"abort","by":"x"}""", 422)]
    public async Task WhenARequestIsWritten_ThenItIsTakenOrRefused(string user, string text, int expected)
    {
        var (overNothing, said) = await _cluster.AskAsync(user, [], Patch(new JsonObject { [Annotation] = text }), CancellationToken.None);
        var (overAbort, _) = await _cluster.AskAsync(user, new JsonObject { [Annotation] = ForeignAbort },
            Patch(new JsonObject { [Annotation] = text }), CancellationToken.None);

        Assert.That(overNothing, Is.EqualTo(expected), said.ToJsonString());
        Assert.That(overAbort, Is.EqualTo(expected));
    }

    [TestCase(32_000, 200)]
    [TestCase(33_000, 422)]
    [TestCase(250_000, 422)]
    public async Task WhenARequestIsLong_ThenItIsRefusedBeforeItCostsMuch(int length, int expected)
    {
        var text = $$"""{"id":"1","action":"abort","by":"promoter-user","reason":"{{new string('x', length)}}"}""";

        var (status, said) =
            await _cluster.AskAsync("promoter-user", [], Patch(new JsonObject { [Annotation] = text }), CancellationToken.None);

        Assert.That(status, Is.EqualTo(expected), said["message"]?.ToString());
        if (expected != 200)
            Assert.That(said["message"]!.ToString(), Does.Contain("at most 32768 characters"));
    }

    [TestCase("""{"metadata":{"annotations":{"note":null}}}""")]
    [TestCase("""{"metadata":{"annotations":{"note":"changed"}}}""")]
    [TestCase("""{"metadata":{"annotations":{"note":""}}}""")]
    [TestCase("""{"metadata":{"annotations":null}}""")]
    [TestCase("""{"metadata":{"annotations":{"Canary.Delivery/Request":"x"}}}""")]
    [TestCase("""{"metadata":{"labels":{"team":"other"}}}""")]
    [TestCase("""{"metadata":{"labels":null}}""")]
    [TestCase("""{"metadata":{"finalizers":["example.com/x"]}}""")]
    [TestCase("""{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"a","uid":"b"}]}}""")]
    [TestCase("""{"metadata":{"generateName":"web-"}}""")]
    [TestCase("""{"spec":{"paused":true}}""")]
    [TestCase("""{"spec":{"paused":true},"metadata":{"annotations":{"canary.delivery/request":"{\"id\":\"1\",\"action\":\"abort\",\"by\":\"USER\"}"}}}""")]
    [TestCase("""{"metadata":{"annotations":{"note":null,"canary.delivery/request":"{\"id\":\"1\",\"action\":\"abort\",\"by\":\"USER\"}"}}}""")]
    public async Task WhenSomebodyWithRequestsAloneChangesAnythingElse_ThenItIsRefused(string patch)
    {
        foreach (var user in (string[])["promoter-user", "aborter-user", "patcher-user"])
        {
            var (status, said) = await _cluster.AskAsync(user, new JsonObject { ["note"] = "keep" },
                JsonNode.Parse(patch.Replace("USER", user))!, CancellationToken.None);

            Assert.That(status, Is.EqualTo(422), $"{user}: {said.ToJsonString()}");
        }
    }

    [Test]
    public async Task WhenNothingChanges_ThenAPatchByAnybodyIsNone()
    {
        var before = new JsonObject { [Annotation] = ForeignAbort, ["note"] = "keep" };

        var (status, said) = await _cluster.AskAsync("patcher-user", before, Patch((JsonObject)before.DeepClone()), CancellationToken.None);

        Assert.That(status, Is.EqualTo(200), said.ToJsonString());
    }

    [TestCase("""[{"op":"remove","path":"/metadata/annotations"}]""")]
    [TestCase("""[{"op":"remove","path":"/metadata/annotations/canary.delivery~1request"}]""")]
    [TestCase("""[{"op":"replace","path":"/metadata/annotations","value":{"note":"keep"}}]""")]
    public async Task WhenAPatcherTakesTheAnnotationAwayByJsonPatch_ThenItIsRefused(string patch)
    {
        var before = new JsonObject { [Annotation] = ForeignAbort, ["note"] = "keep" };

        var (status, _) =
            await _cluster.AskAsync("patcher-user", before, JsonNode.Parse(patch)!, CancellationToken.None, "application/json-patch+json");

        Assert.That(status, Is.EqualTo(422));
    }

    [Test]
    public async Task WhenAPatcherAppliesOverARequest_ThenItIsRefused()
    {
        var applied =
            JsonNode.Parse(
                """{"apiVersion":"canary.delivery/v1alpha1","kind":"Rollout","metadata":{"name":"web","annotations":{"canary.delivery/request":""}}}""")!;

        var (status, said) = await _cluster.AskAsync("patcher-user", new JsonObject { [Annotation] = ForeignAbort }, applied,
            CancellationToken.None, "application/apply-patch+yaml");

        Assert.That(status, Is.EqualTo(422), said.ToJsonString());
    }

    [TestCase("creator-user", """{"id":"1","action":"promote","by":"creator-user"}""", 422)]
    [TestCase("creator-user", "", 201)]
    [TestCase("creator-user", null, 201)]
    [TestCase("edit-user", """{"id":"1","action":"promote","by":"edit-user"}""", 201)]
    [TestCase("edit-user", """{"id":"1","action":"promote","by":"admin"}""", 422)]
    public async Task WhenARolloutIsCreatedWithARequest_ThenItsMakerMustBeAllowedToAsk(string user, string? text, int expected)
    {
        await _cluster.PrepareAsync([], CancellationToken.None);
        await _cluster.SendAsync("admin", HttpMethod.Delete, PolicyCluster.Rollout, null, CancellationToken.None);

        var (status, said) = await _cluster.CreateRolloutAsync(user, text is null ? []
            : new JsonObject { [Annotation] = text }, CancellationToken.None, "?dryRun=All");

        Assert.That(status, Is.EqualTo(expected), said.ToJsonString());
    }

    [Test]
    public async Task WhenTheControllerSetsItsFinalizer_ThenItMay()
    {
        var (finalizer, said) = await _cluster.AskAsync(PolicyCluster.Controller, [],
            JsonNode.Parse("""{"metadata":{"finalizers":["canary.delivery/traffic"]}}""")!, CancellationToken.None);
        var (removed, _) = await _cluster.AskAsync(PolicyCluster.Controller, [], JsonNode.Parse("""{"metadata":{"finalizers":null}}""")!,
            CancellationToken.None);
        var (spec, _) =
            await _cluster.AskAsync(PolicyCluster.Controller, [], JsonNode.Parse("""{"spec":{"paused":true}}""")!, CancellationToken.None);

        Assert.That(finalizer, Is.EqualTo(200), said.ToJsonString());
        Assert.That(removed, Is.EqualTo(200));
        Assert.That(spec, Is.EqualTo(422));
    }

    [Test]
    public async Task WhenSomebodyMayUpdate_ThenSpecAndMetadataCanChangeWhileARequestStands()
    {
        var before = new JsonObject { [Annotation] = ForeignAbort };

        var (status, said) = await _cluster.AskAsync("edit-user", before,
            JsonNode.Parse("""{"spec":{"paused":true},"metadata":{"labels":{"x":"y"},"annotations":{"note":"z"}}}""")!,
            CancellationToken.None);

        Assert.That(status, Is.EqualTo(200), said.ToJsonString());
    }

    private static JsonObject Patch(JsonObject annotations) => new() { ["metadata"] = new JsonObject { ["annotations"] = annotations } };
}
