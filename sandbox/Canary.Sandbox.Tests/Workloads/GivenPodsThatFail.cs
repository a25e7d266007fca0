using System;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Pods;
using Canary.Sandbox.Workloads.Reconciling;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Workloads;

/// <summary>The faults that a template can ask for.</summary>
public sealed class GivenPodsThatFail
{
    [Test]
    public async Task WhenTheStartTakesLong_ThenThePodIsNotReadyBefore()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.Deployments, "replicas: 1,",
            SteppedCluster.Template().Replace("value: 1s", "value: 30s", StringComparison.Ordinal));

        await cluster.PassAsync(29);
        var before = await PodAsync(cluster);
        await cluster.PassAsync(2);

        Assert.That((PodReadiness.IsReady(before), PodReadiness.IsReady(await PodAsync(cluster))), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task WhenTheContainerCrashesAtOnce_ThenItIsRestartedLaterEachTime()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.Deployments, "replicas: 1,", SteppedCluster.Template(image: "checkout:crashing"));

        await cluster.PassAsync(5);
        var early = Container(await PodAsync(cluster));
        await cluster.PassAsync(6);
        var later = Container(await PodAsync(cluster));
        await cluster.PassAsync(25);

        var pod = await PodAsync(cluster);
        Assert.That((early.NumberAt("restartCount"), early.TextAt("state", "waiting", "reason")), Is.EqualTo((2, "CrashLoopBackOff")));
        Assert.That(early.TextAt("state", "waiting", "message"),
            Does.StartWith("back-off 10s restarting failed container=app pod=checkout-"));
        Assert.That((early.NumberAt("lastState", "terminated", "exitCode"), early.TextAt("lastState", "terminated", "reason")),
            Is.EqualTo((1, "Error")));
        Assert.That((later.NumberAt("restartCount"), Container(pod).NumberAt("restartCount")), Is.EqualTo((3, 4)));
        Assert.That((pod.TextAt("status", "phase"), PodReadiness.IsReady(pod)), Is.EqualTo(("Running", false)));
    }

    [Test]
    public async Task WhenTheContainerCrashesAfterAWhile_ThenItIsReadyInBetween()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.Deployments, "replicas: 1,",
            SteppedCluster.Template(env: "{name: CRASH_AFTER, value: 10s}"));

        await cluster.PassAsync(9);
        var first = await PodAsync(cluster);
        await cluster.PassAsync(1.5);
        var restarted = await PodAsync(cluster);
        await cluster.PassAsync(1);

        var again = await PodAsync(cluster);
        Assert.That(new[] { first, restarted, again }.Select(PodReadiness.IsReady), Is.EqualTo(new[] { true, false, true }));
        Assert.That(Container(again).NumberAt("restartCount"), Is.EqualTo(1));
    }

    [TestCase(1, 0)]
    [TestCase(2, 10)]
    [TestCase(3, 20)]
    [TestCase(7, 300)]
    [TestCase(50, 300)]
    public void WhenItCrashesAgainAndAgain_ThenTheKubeletWaitsTwiceAsLongUpToFiveMinutes(int crashes, int seconds)
    {
        ContainerCrash? crash = null;
        for (var i = 0; i < crashes; i++) crash = ContainerCrash.After(crash, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);

        Assert.That(crash!.BackOff, Is.EqualTo(TimeSpan.FromSeconds(seconds)));
    }

    [Test]
    public void WhenItRanForTenMinutes_ThenTheNextRestartIsAtOnceAgain()
    {
        var start = DateTimeOffset.UnixEpoch;
        var before = new ContainerCrash(6, start, start, 6);

        var crash = ContainerCrash.After(before, start, start.AddMinutes(10));

        Assert.That((crash.Count, crash.BackOff), Is.EqualTo((7, TimeSpan.Zero)));
    }

    [Test]
    public async Task WhenItDrainsSlowly_ThenItLeavesTheReadyEndpointsAtOnceAndServesUntilItIsDone()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.Deployments, "replicas: 1,",
            SteppedCluster.Template(env: "{name: DRAIN_DELAY, value: 10s}"));
        await cluster.CreateAsync(KnownKinds.Services, "checkout", "{spec: {selector: {app: checkout}, ports: [{port: 80}]}}");
        await cluster.PassAsync(2);
        var pod = await PodAsync(cluster);
        var address = pod.TextAt("metadata", "annotations", PodNetwork.AddressAnnotation)!;

        await cluster.DeleteAsync(KnownKinds.Pods, pod.Name());
        await cluster.PassAsync(9);
        var endpoint = (await cluster.ListAsync(KnownKinds.EndpointSlices)).Single().ItemsAt("endpoints")
            .Single(one => one.TextAt("targetRef", "name") == pod.Name());
        var servesOn = await AnswersAsync(address);
        await cluster.PassAsync(2);

        Assert.That(new[] { "ready", "serving", "terminating" }.Select(name => endpoint.FlagAt("conditions", name)),
            Is.EqualTo(new bool?[] { false, true, true }));
        Assert.That((servesOn, await AnswersAsync(address)), Is.EqualTo((true, false)));
        Assert.That((await cluster.ListAsync(KnownKinds.Pods)).Select(one => one.Name()), Does.Not.Contain(pod.Name()));
    }

    [Test]
    public async Task WhenTheDrainIsLongerThanTheGracePeriod_ThenItIsCut()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.Deployments, "replicas: 1,",
            SteppedCluster.Template(env: "{name: DRAIN_DELAY, value: 60s}", spec: "terminationGracePeriodSeconds: 5,"));
        await cluster.PassAsync(2);
        var pod = await PodAsync(cluster);

        await cluster.DeleteAsync(KnownKinds.Pods, pod.Name());
        await cluster.PassAsync(4);
        var during = (await cluster.ListAsync(KnownKinds.Pods)).Count;
        await cluster.PassAsync(2);

        Assert.That((during, (await cluster.ListAsync(KnownKinds.Pods)).Count), Is.EqualTo((2, 1)));
    }

    [Test]
    public async Task WhenAPodRuns_ThenItSaysItsVersionAndItsName()
    {
        await using var cluster = await SteppedCluster.StartAsync();
        await cluster.DeployAsync(KnownKinds.Deployments, "replicas: 1,", SteppedCluster.Template(image: "checkout:4.2"));
        await cluster.PassAsync(2);
        var pod = await PodAsync(cluster);
        using var http = new HttpClient();

        // Its latency is on the clock of the test.
        var answer = http.GetStringAsync($"http://{pod.TextAt("metadata", "annotations", PodNetwork.AddressAnnotation)}/");
        while (!answer.IsCompleted) await cluster.PassAsync(0.1);

        Assert.That(JsonNode.Parse(await answer)!.ToJsonString(), Is.EqualTo($$"""{"version":"4.2","pod":"{{pod.Name()}}"}"""));
    }

    private static async Task<JsonObject> PodAsync(SteppedCluster cluster) => (await cluster.ListAsync(KnownKinds.Pods)).Single();

    private static JsonObject? Container(JsonObject pod) => pod.ItemsAt("status", "containerStatuses").Single();

    // A connection is enough: the answer waits for the clock of the test.
    private static async Task<bool> AnswersAsync(string address)
    {
        using var client = new System.Net.Sockets.TcpClient();
        try
        {
            await client.ConnectAsync(System.Net.IPEndPoint.Parse(address));
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
