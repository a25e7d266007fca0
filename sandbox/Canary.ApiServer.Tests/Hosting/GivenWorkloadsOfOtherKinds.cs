using System.Collections.Generic;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Hosting;

/// <summary>StatefulSets, DaemonSets, revisions and quotas: what is filled in, and what is refused.</summary>
public sealed class GivenWorkloadsOfOtherKinds
{
    private const string Set = """
        {"selector":{"matchLabels":{"app":"a"}},
         "template":{"metadata":{"labels":{"app":"a"}},"spec":{"containers":[{"name":"app","image":"a:1"}]}}}
        """;

    private static readonly ResourceKind Revisions = new("apps", "v1", "controllerrevisions", "ControllerRevision", true);
    private static readonly ResourceKind Quotas = new("", "v1", "resourcequotas", "ResourceQuota", true);
    private static readonly Dictionary<string, ResourceKind> Kinds = new()
    {
        ["StatefulSet"] = KnownKinds.StatefulSets,
        ["DaemonSet"] = KnownKinds.DaemonSets,
        ["ControllerRevision"] = Revisions,
    };

    private ApiServerHost _server = null!;
    private ApiClient _api = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _server = await ApiServerHost.StartAsync(new ApiServerOptions(), CancellationToken.None);
        _api = new ApiClient(new ApiServerConfiguration(_server.Address), System.TimeProvider.System);
    }

    [TearDown]
    public async Task StopAsync()
    {
        _api.Dispose();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task WhenAPodIsEvicted_ThenItIsDeleted_AndOneOfAnotherUidIsNot()
    {
        var pod = await _api.CreateAsync(KnownKinds.Pods, "default", JsonNode.Parse("""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[{"name":"app","image":"a:1"}]}}
            """)!.AsObject(), new WriteOptions("test"), CancellationToken.None);

        var refused = await Assert.ThrowsAsync<ApiException>(() => EvictAsync("another"));
        await EvictAsync(pod.Uid());

        Assert.That(refused!.IsConflict, Is.True);
        Assert.That((await _api.FindAsync(KnownKinds.Pods, ObjectName.Of(pod), CancellationToken.None))?.IsTerminating(), Is.Not.False);

        Task EvictAsync(string uid) => _api.CreateAsync(KnownKinds.Pods, ObjectName.Of(pod), "eviction", new JsonObject
        {
            ["apiVersion"] = "policy/v1",
            ["kind"] = "Eviction",
            ["metadata"] = new JsonObject { ["name"] = "a", ["namespace"] = "default" },
            ["deleteOptions"] = new JsonObject { ["preconditions"] = new JsonObject { ["uid"] = uid } },
        }, new WriteOptions("test"), CancellationToken.None);
    }

    [Test]
    public async Task WhenAStatefulSetIsCreated_ThenItHasTheDefaultsAndAScale()
    {
        var set = await CreateAsync("StatefulSet", Set);

        var scale = await _api.GetAsync(KnownKinds.StatefulSets, ObjectName.Of(set), "scale", CancellationToken.None);
        Assert.That(set["spec"]!["updateStrategy"]!.ToJsonString(),
            Is.EqualTo("""{"type":"RollingUpdate","rollingUpdate":{"partition":0}}"""));
        Assert.That((set.TextAt("spec", "podManagementPolicy"), set.NumberAt("metadata", "generation"), set.NumberAt("status", "replicas")),
            Is.EqualTo(("OrderedReady", 1, 0)));
        Assert.That((scale.NumberAt("spec", "replicas"), scale.TextAt("status", "selector")), Is.EqualTo((1, "app=a")));
    }

    [Test]
    public async Task WhenADaemonSetIsCreated_ThenItHasTheDefaultsAndNoScale()
    {
        var set = await CreateAsync("DaemonSet", Set);

        Assert.That(set["spec"]!["updateStrategy"]!.ToJsonString(),
            Is.EqualTo("""{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":1,"maxSurge":0}}"""));
        Assert.That(async () => await _api.GetAsync(KnownKinds.DaemonSets, ObjectName.Of(set), "scale", CancellationToken.None),
            Throws.TypeOf<ApiException>().With.Property(nameof(ApiException.IsNotFound)).True);
    }

    [TestCase("StatefulSet", """{"serviceName":"other"}""", "fields other than 'replicas'")]
    [TestCase("StatefulSet", """{"revisionHistoryLimit":3}""", "fields other than 'replicas'")]
    [TestCase("StatefulSet", """{"template":{"metadata":{"labels":{"app":"b"}}}}""", "does not match template `labels`")]
    [TestCase("StatefulSet", """{"updateStrategy":{"rollingUpdate":{"partition":-1}}}""", "must be greater than or equal to 0")]
    [TestCase("StatefulSet", """{"updateStrategy":{"type":"OnDelete"}}""", "only allowed for updateStrategy 'RollingUpdate'")]
    [TestCase("DaemonSet", """{"selector":{"matchLabels":{"b":"c"}},"template":{"metadata":{"labels":{"b":"c"}}}}""", "field is immutable")]
    [TestCase("DaemonSet", """{"updateStrategy":{"rollingUpdate":{"maxSurge":1}}}""", "may not be set when maxUnavailable is non-zero")]
    [TestCase("DaemonSet", """{"updateStrategy":{"rollingUpdate":{"maxUnavailable":0}}}""", "cannot be 0 when maxSurge is 0")]
    public async Task WhenAChangeIsNotAllowed_ThenItIsRefused(string kind, string spec, string why)
    {
        await CreateAsync(kind, Set);

        var patch = new Patch.Merge(new JsonObject { ["spec"] = JsonNode.Parse(spec) });
        Assert.That(
            async () => await _api.PatchAsync(Kinds[kind], new ObjectName("default", "a"), patch, null, new WriteOptions("t"),
                CancellationToken.None),
            Throws.TypeOf<ApiException>().With.Property(nameof(ApiException.IsInvalid)).True.And.Message.Contains(why));
    }

    [Test]
    public async Task WhenTheDataOfARevisionChanges_ThenItIsRefusedAndANewNumberIsNot()
    {
        var document = new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "ControllerRevision",
            ["metadata"] = new JsonObject { ["name"] = "a-1" },
            ["data"] = JsonNode.Parse("""{"spec":{"template":{}}}"""),
            ["revision"] = 1,
        };
        await _api.CreateAsync(Revisions, "default", document, new WriteOptions("t"), CancellationToken.None);

        var renumbered = await _api.PatchAsync(Revisions, new ObjectName("default", "a-1"),
            new Patch.Merge(new JsonObject { ["revision"] = 2 }), null, new WriteOptions("t"), CancellationToken.None);

        Assert.That(renumbered.NumberAt("revision"), Is.EqualTo(2));
        Assert.That(
            async () => await _api.PatchAsync(Revisions, new ObjectName("default", "a-1"),
                new Patch.Merge(new JsonObject { ["data"] = new JsonObject { ["spec"] = null, ["other"] = 1 } }), null,
                new WriteOptions("t"), CancellationToken.None),
            Throws.TypeOf<ApiException>().With.Message.Contains("field is immutable"));
    }

    [Test]
    public async Task WhenAQuotaIsUsedUp_ThenTheNextPodIsRefusedAndTheStatusSaysWhatIsUsed()
    {
        await QuotaAsync("""{"pods":"1","requests.cpu":"2"}""");

        await PodAsync("one", "500m");
        var refusal = await Assert.ThrowsAsync<ApiException>(() => PodAsync("two", "1600m"));
        var quota = await _api.GetAsync(Quotas, new ObjectName("default", "q"), CancellationToken.None);

        Assert.That(refusal!.IsForbidden, Is.True);
        Assert.That(refusal.Message, Does.Contain(
            "pods \"two\" is forbidden: exceeded quota: q, requested: pods=1,requests.cpu=1600m, used: pods=1,requests.cpu=500m, limited: "
                + "pods=1,requests.cpu=2"));
        Assert.That(quota["status"]!.ToJsonString(),
            Is.EqualTo("""{"hard":{"pods":"1","requests.cpu":"2"},"used":{"pods":"1","requests.cpu":"500m"}}"""));
    }

    [Test]
    public async Task WhenAQuotaLimitsMemory_ThenAPodThatDoesNotSayHowMuchIsRefused()
    {
        await QuotaAsync("""{"limits.memory":"1Gi"}""");

        Assert.That(async () => await PodAsync("one", "1"), Throws.TypeOf<ApiException>().With.Message.Contains(
            "pods \"one\" is forbidden: failed quota: q: must specify limits.memory for: app"));
    }

    [Test]
    public async Task WhenAPodGoes_ThenItsPlaceIsFree()
    {
        await QuotaAsync("""{"count/pods":"1"}""");
        await PodAsync("one", "1");

        await _api.DeleteAsync(KnownKinds.Pods, new ObjectName("default", "one"), DeleteOptions.Default, CancellationToken.None);

        Assert.That(async () => await PodAsync("two", "1"), Throws.Nothing);
    }

    private Task<JsonObject> CreateAsync(string kind, string spec) => _api.CreateAsync(Kinds[kind], "default", new JsonObject
    {
        ["apiVersion"] = "apps/v1",
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = "a" },
        ["spec"] = JsonNode.Parse(spec),
    }, new WriteOptions("t", FieldValidation: "Strict"), CancellationToken.None);

    private Task QuotaAsync(string hard) => _api.CreateAsync(Quotas, "default", new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ResourceQuota",
        ["metadata"] = new JsonObject { ["name"] = "q" },
        ["spec"] = new JsonObject { ["hard"] = JsonNode.Parse(hard) },
    }, new WriteOptions("t"), CancellationToken.None);

    private Task PodAsync(string name, string cpu) => _api.CreateAsync(KnownKinds.Pods, "default", JsonNode.Parse(
        $$$"""
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{name}}}"} ,"spec":{"containers":[
          {"name":"app","image":"a:1","resources":{"requests":{"cpu":"{{{cpu}}}"} } }] } }
        """)!.AsObject(), new WriteOptions("t"), CancellationToken.None);
}
