using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Traffic;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.StableCopy;
using Canary.Kubernetes.Tests.Api;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads;

/// <summary>A Deployment's fields beside its template, and the ports of its Service, follow without a release.</summary>
public sealed class GivenFieldsBesideTheTemplate : OneWorkload
{
    private static readonly CopyLevels AsItIs = new(StableServing.Neither, null, null, "any");

    [Test]
    public async Task WhenTheyChangeWhileNothingIsReleased_ThenTheCopyHasThem_AndTheRevisionIsTheSame()
    {
        await ServeFromTheCopyAsync();
        var before = await ObserveAsync();
        await ChangeFieldsAsync();
        var due = (await ObserveAsync()).Copy!.AreFieldsDue;

        await ArrangeAsync(AsItIs);
        var (seen, spec) = (await ObserveAsync(), Get(KnownKinds.Deployments, "checkout-stable")["spec"]!);

        Assert.Multiple(() =>
        {
            Assert.That((due, seen.Copy!.AreFieldsDue), Is.EqualTo((true, false)));
            Assert.That(spec["strategy"]!.ToJsonString(), Is.EqualTo("""{"type":"RollingUpdate","rollingUpdate":{"maxSurge":"50%"}}"""));
            Assert.That((int?)spec["progressDeadlineSeconds"], Is.EqualTo(900));
            Assert.That(spec["minReadySeconds"], Is.Null, "it was taken out");
            Assert.That((seen.First.Revision, seen.Second.Revision), Is.EqualTo((before.First.Revision, before.Second.Revision)));
        });
    }

    [Test]
    public async Task WhenTheyChangeDuringARelease_ThenTheCopyHasThemWithTheTemplate()
    {
        await ServeFromTheCopyAsync();
        await ChangeFieldsAsync();
        Change("checkout", document => document["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = "checkout:2.0.0");
        await CaughtUpAsync();
        var seen = await ObserveAsync();
        var running = _shop.Snapshot() with
        {
            Status = RolloutStatus.New with
            {
                StartedAt = System.DateTimeOffset.UnixEpoch,
                Accepted = _shop.Snapshot().Spec,
                RevisionScheme = seen.Scheme
            },
        };

        await Workloads.ArrangeAsync(running, running.Spec!, AsItIs, A.Limit());
        var before = Get(KnownKinds.Deployments, "checkout-stable")["spec"]!["minReadySeconds"];
        await Workloads.PromoteTemplateAsync(running, _shop.Traffic(), Side.NamedCanary, seen.Second.Revision!,
            new Claim("rollout-1", 1, 1), A.Limit());

        Assert.That((int?)before, Is.EqualTo(5));
        Assert.That((int?)Get(KnownKinds.Deployments, "checkout-stable")["spec"]!["progressDeadlineSeconds"], Is.EqualTo(900));
    }

    [Test]
    public async Task WhenTheServiceGetsAPort_ThenTheServicesOfTheSidesHaveItToo_AndTheirOwnStay()
    {
        await ServeFromTheCopyAsync();
        var clients = Get(KnownKinds.Services, "checkout");
        clients["spec"]!["ports"] = JsonNode.Parse("""
            [{"name":"http","port":80,"targetPort":9090},{"name":"grpc","port":90,"targetPort":"grpc","nodePort":30090}]
            """);
        _shop.Cluster.Put(KnownKinds.Services, clients);
        await CaughtUpAsync();
        var due = (await ObserveAsync()).Copy!.ArePortsDue;

        await ArrangeAsync(AsItIs);

        Assert.That((due, (await ObserveAsync()).Copy!.ArePortsDue), Is.EqualTo((true, false)));
        foreach (var side in new[] { "checkout-stable", "checkout-canary" })
            Assert.That(Get(KnownKinds.Services, side)["spec"]!["ports"]!.ToJsonString(), Is.EqualTo(
                """[{"name":"http","port":80,"targetPort":"http"},{"name":"grpc","port":90,"targetPort":"grpc"}]"""), side);
    }

    [TestCase("""[{"name":"http","port":8080,"targetPort":"http"}]""",
        """[{"name":"http","port":80,"targetPort":"http"},{"name":"http-8080","port":8080,"targetPort":"http"}]""")]
    [TestCase("""[{"name":"http-8080","port":80},{"name":"http","port":8080},{"name":"http","port":8080,"protocol":"UDP"}]""",
        """
        [{"name":"http","port":80,"targetPort":"http"},{"name":"http-8080","port":8080},
         {"name":"http-8080-udp","protocol":"UDP","port":8080}]
        """)]
    [TestCase("""[{"port":8080,"targetPort":"http"}]""",
        """[{"name":"http","port":80,"targetPort":"http"},{"port":8080,"targetPort":"http","name":"port-8080"}]""")]
    public async Task WhenAPortIsRenumberedUnderItsOldName_ThenTheSidesHaveBoth(string ports, string expected)
    {
        await ServeFromTheCopyAsync();
        var clients = Get(KnownKinds.Services, "checkout");
        clients["spec"]!["ports"] = JsonNode.Parse(ports);
        _shop.Cluster.Put(KnownKinds.Services, clients);
        await CaughtUpAsync();
        var due = (await ObserveAsync()).Copy!.ArePortsDue;

        await ArrangeAsync(AsItIs);

        Assert.That((due, (await ObserveAsync()).Copy!.ArePortsDue), Is.EqualTo((true, false)));
        foreach (var side in new[] { "checkout-stable", "checkout-canary" })
            Assert.That(Get(KnownKinds.Services, side)["spec"]!["ports"]!.ToJsonString(),
                Is.EqualTo(JsonNode.Parse(expected)!.ToJsonString()), side);
    }

    [Test]
    public void WhenANameIsLong_ThenTheNewOneIsADnsLabelThatBeginsLikeIt()
    {
        var name = "grpc-" + new string('a', 52) + "-" + new string('b', 5);
        var side = Ports($$"""[{"name":"{{name}}","port":80}]""");

        var added = CopyFields.PatchPorts(side, Ports($$"""[{"name":"{{name}}","port":8080}]""")).Single()["value"]!;

        Assert.That((string?)added["name"], Is.EqualTo("grpc-" + new string('a', 52) + "-8080").And.Length.LessThanOrEqualTo(63));
    }

    [Test]
    public void WhenAPortWithoutANameIsRenumbered_ThenBothHaveOne()
    {
        var patch = CopyFields.PatchPorts(Ports("""[{"port":80}]"""), Ports("""[{"port":8080}]""")).ToArray();

        Assert.That(patch.Select(one => $"{one["path"]} {one["value"]!.ToJsonString()}"),
            Is.EqualTo(new[] { "/spec/ports/0/name \"port-80\"", """/spec/ports/- {"port":8080,"name":"port-8080"}""" }));
    }

    private static JsonObject Ports(string ports) =>
        new() { ["spec"] = new JsonObject { ["ports"] = JsonNode.Parse(ports) } };

    private async Task ChangeFieldsAsync()
    {
        Change("checkout", document =>
        {
            var spec = (JsonObject)document["spec"]!;
            spec["strategy"] = JsonNode.Parse("""{"type":"RollingUpdate","rollingUpdate":{"maxSurge":"50%"}}""");
            spec["progressDeadlineSeconds"] = 900;
            spec.Remove("minReadySeconds");
        });
        await CaughtUpAsync();
    }
}
