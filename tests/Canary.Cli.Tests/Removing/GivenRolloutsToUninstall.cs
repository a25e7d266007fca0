using System;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Tests.Watching;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.Cli.Tests.Removing;

/// <summary>What <c>canary uninstall --check</c> says of the Rollouts of a cluster.</summary>
[CancelAfter(60_000)]
public sealed class GivenRolloutsToUninstall
{
    private static readonly WriteOptions Writing = new("test");
    private SmallCluster _cluster = null!;

    private static CancellationToken Cancel => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task StartAsync()
    {
        _cluster = await SmallCluster.StartAsync(Cancel);
        await RenewLeaseAsync(DateTimeOffset.UtcNow);
        await _cluster.SayAsync("Healthy", "2222", "2222", Cancel);
    }

    [TearDown]
    public async Task StopAsync() => await _cluster.DisposeAsync();

    [Test]
    public async Task WhenAllIsAtRest_ThenNothingSpeaksAgainstIt()
    {
        await ChangeAsync("""{"spec":{"traffic":{"istio":{"virtualServices":[{"name":"checkout"}]}}}}""");
        await _cluster.SayAsync("Healthy", "2222", "2222", Cancel);
        await ReadyAsync("stable", 2);

        var (code, output, error) = await _cluster.RunAsync("uninstall --check");

        Assert.That((code, error), Is.EqualTo((0, "")), output);
        Assert.That(output, Is.EqualTo("""
            default/checkout: Healthy, weight 0, stable revision 2222
              if it is deleted:             all traffic goes to Service checkout-stable, the side named stable, with revision 2222
                                            the claims are removed from the routes; the Deployments stay as they are
              if only the controller goes:  the stable side keeps all the traffic

            1 rollout: nothing speaks against uninstalling.

            """));
    }

    [Test]
    public async Task WhenTheOneDeploymentHasAVersionThatWasRolledBack_ThenItIsToBeRevertedFirst()
    {
        await HaveOneWorkloadAsync();
        await _cluster.Api.PatchAsync(KnownKinds.Rollouts, SmallCluster.Rollout, new Patch.Merge(JsonNode.Parse("""
            {"status":{"phase":"RolledBack","stableRevision":"1111","canaryRevision":"2222","workload":{"stableReplicas":3},
              "abort":{"reason":"AnalysisFailed","since":"2026-01-02T03:00:00Z","message":"errors","weight":5}}}
            """)!.AsObject()), "status", Writing, Cancel);

        var (code, output, _) = await _cluster.RunAsync("uninstall --check");

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain("Deployment checkout-canary has revision 2222, which was rolled back, and would get all traffic. "
            + "Revert it first, to revision 1111"));
        Assert.That(output, Does.Contain("Deployment checkout-canary gets 3 pods and serves all traffic, with revision 2222"));
    }

    [Test]
    public async Task WhenKedaScalesTheOneDeployment_ThenItSaysWhatBecomesOfTheScaledObjectThatCanaryPaused()
    {
        await HaveOneWorkloadAsync();
        await _cluster.SayAsync("Healthy", "2222", "2222", Cancel);
        var (_, without, _) = await _cluster.RunAsync("uninstall --check");
        await _cluster.Api.CreateAsync(KnownKinds.CustomResourceDefinitions, null, JsonNode.Parse("""
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"scaledobjects.keda.sh"},
             "spec":{"group":"keda.sh","scope":"Namespaced","names":{"kind":"ScaledObject","plural":"scaledobjects"},
               "versions":[{"name":"v1alpha1","served":true,"storage":true,
                 "schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}
            """)!.AsObject(), Writing, Cancel);
        while (!await _cluster.Api.ServesAsync(KnownKinds.ScaledObjects, Cancel)) await Task.Delay(20, Cancel);
        foreach (var (name, rollout) in new[] { ("other", "other"), ("web", "checkout") })
            await _cluster.Api.CreateAsync(KnownKinds.ScaledObjects, "default", JsonNode.Parse($$$"""
                {"apiVersion":"keda.sh/v1alpha1","kind":"ScaledObject","metadata":{"name":"{{{name}}}",
                  "annotations":{"autoscaling.keda.sh/paused":"true","canary.delivery/paused-for":"{{{rollout}}}"}} }
                """)!.AsObject(), Writing, Cancel);

        var (_, output, _) = await _cluster.RunAsync("uninstall --check");

        Assert.Multiple(() =>
        {
            Assert.That(without, Does.Contain("Deployment checkout-canary-stable is deleted\n").And.Not.Contains("ScaledObject"));
            Assert.That(output, Does.Contain("Deployment checkout-canary-stable and its ScaledObject are deleted, and then ScaledObject "
                + "web scales Deployment checkout-canary again"));
            Assert.That(output, Does.Contain("ScaledObject web stays paused, and that of the copy goes on scaling the copy"));
        });
    }

    [TestCase("StatefulSet", "Kubernetes updates its pods to the template that is there", "StatefulSet web stays held")]
    [TestCase("DaemonSet", "DaemonSet web stays as it is, and its pods too", "pods of DaemonSet web that come back at a new template get no")]
    public async Task WhenASetHasAVersionThatWasRolledBack_ThenItIsToBeRevertedFirst(string kind, string onDeletion,
        string withoutController)
    {
        await ChangeAsync($$$"""
            {"spec":{"workload":{"kind":"{{{kind}}}","name":"web"},
                     "traffic":{"stable":null,"canary":null,"istio":{"virtualServices":[{"name":"checkout"}]}} }}
            """);
        await _cluster.Api.PatchAsync(KnownKinds.Rollouts, SmallCluster.Rollout, new Patch.Merge(JsonNode.Parse("""
            {"status":{"phase":"RolledBack","stableRevision":"1111","canaryRevision":"2222",
              "abort":{"reason":"AnalysisFailed","since":"2026-01-02T03:00:00Z","message":"errors","weight":5}}}
            """)!.AsObject()), "status", Writing, Cancel);

        var (code, output, _) = await _cluster.RunAsync("uninstall --check");

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain($"{kind} web has revision 2222, which was rolled back, and its pods would get traffic"));
        Assert.That(output, Does.Contain(onDeletion).And.Contain(withoutController));
    }

    [Test]
    public async Task WhenTheOneDeploymentIsGone_ThenItsCopyIsLeft()
    {
        await HaveOneWorkloadAsync();
        await _cluster.Api.DeleteAsync(KnownKinds.Deployments, new ObjectName("default", "checkout-canary"), DeleteOptions.Default, Cancel);

        var (code, output, _) = await _cluster.RunAsync("uninstall --check");

        Assert.That((code, output), Is.EqualTo((1, output)));
        Assert.That(output, Does.Contain("Deployment checkout-canary is not there: Deployment checkout-canary-stable is left serving"));
    }

    [Test]
    public async Task WhenItIsToBeLeftAndAReleaseIsUnderWay_ThenTheCanaryKeepsItsShare()
    {
        await ChangeAsync("""{"spec":{"deletionPolicy":"Orphan","traffic":{"istio":{"virtualServices":[{"name":"checkout"}]}}}}""");
        var rollout = await _cluster.Api.GetAsync(KnownKinds.Rollouts, SmallCluster.Rollout, Cancel);
        await _cluster.Api.PatchAsync(KnownKinds.Rollouts, SmallCluster.Rollout, new Patch.Merge(new JsonObject
        {
            ["status"] = new JsonObject
            {
                ["phase"] = "Paused",
                ["canaryRevision"] = "3333",
                ["startedAt"] = "2026-01-02T03:00:00Z",
                ["weights"] = new JsonObject { ["desired"] = 25, ["applied"] = 25 },
                ["accepted"] = rollout["spec"]!.DeepClone(),
            },
        }), "status", Writing, Cancel);

        var (code, output, _) = await _cluster.RunAsync("uninstall --check");

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.Contain("default/checkout: Paused, weight 25"));
        Assert.That(output, Does.Contain("a release is under way, and deletionPolicy is Orphan: revision 3333 keeps its share"));
        Assert.That(output, Does.Contain("the canary keeps weight 25, and nobody watches it: set the weights yourself"));
    }

    [TestCase(0, "no controller runs: nobody holds a Lease canary-controller. Start it first")]
    [TestCase(-60, "no controller runs: the Lease canary-controller was last renewed at ")]
    public async Task WhenNoControllerRuns_ThenItIsToBeStartedFirst(int seconds, string said)
    {
        await _cluster.Api.DeleteAsync(KnownKinds.Leases, new ObjectName("default", "canary-controller"), DeleteOptions.Default, Cancel);
        if (seconds != 0) await RenewLeaseAsync(DateTimeOffset.UtcNow.AddSeconds(seconds));

        var (code, output, _) = await _cluster.RunAsync("uninstall --check");

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.StartWith("Problem: " + said));
    }

    [Test]
    public async Task WhenItIsNotToCheck_ThenItSaysHowToUninstall()
    {
        var (code, _, error) = await _cluster.RunAsync("uninstall");

        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.Contain("this command only checks: add --check. To uninstall, delete the Rollouts"));
    }

    [Test]
    public async Task WhenAScriptAsks_ThenItGetsADocument()
    {
        var (_, output, _) = await _cluster.RunAsync("uninstall --check -o json");

        Assert.That((string?)JsonNode.Parse(output)!["rollouts"]![0]!["name"], Is.EqualTo("default/checkout"));
    }

    private Task HaveOneWorkloadAsync() => ChangeAsync(
        """
        {"spec":{"workload":{"name":"checkout-canary"},
                 "traffic":{"stable":null,"canary":null,"istio":{"virtualServices":[{"name":"checkout"}]}}}}
        """);

    private Task<JsonObject> ChangeAsync(string change) => _cluster.Api.PatchAsync(KnownKinds.Rollouts, SmallCluster.Rollout,
        new Patch.Merge(JsonNode.Parse(change)!.AsObject()), null, Writing, Cancel);

    private Task<JsonObject> ReadyAsync(string side, int pods) => _cluster.Api.PatchAsync(KnownKinds.Deployments,
        new ObjectName("default", $"checkout-{side}"),
        new Patch.Merge(new JsonObject { ["status"] = new JsonObject { ["replicas"] = pods, ["readyReplicas"] = pods } }), "status",
        Writing, Cancel);

    private Task<JsonObject> RenewLeaseAsync(DateTimeOffset at) => _cluster.Api.CreateAsync(KnownKinds.Leases, "default", new JsonObject
    {
        ["apiVersion"] = KnownKinds.Leases.ApiVersion,
        ["kind"] = KnownKinds.Leases.Kind,
        ["metadata"] = new JsonObject { ["name"] = "canary-controller" },
        ["spec"] = new JsonObject
        {
            ["holderIdentity"] = "controller-1",
            ["leaseDurationSeconds"] = 15,
            ["renewTime"] = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture),
        },
    }, Writing, Cancel);
}
