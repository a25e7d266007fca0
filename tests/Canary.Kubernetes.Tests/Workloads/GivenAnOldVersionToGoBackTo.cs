using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Rollouts.StableCopy;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Tests.Api;
using Canary.Kubernetes.Workloads;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads;

/// <summary>Old pod templates in ReplicaSets, and a request to go back to one of them.</summary>
public sealed class GivenAnOldVersionToGoBackTo : OneWorkload
{
    [Test]
    public async Task WhenNobodyAsks_ThenReplicaSetsAreNotListed()
    {
        await StartAsync();
        await ArrangeAsync(Copying);

        Assert.That((await ObserveAsync()).Templates, Is.Null);
    }

    [Test]
    public async Task WhenSomebodyAsks_ThenTheTemplatesOfBothDeploymentsAreKnown_AndNoOtherOnes()
    {
        var (first, second, third) = await ReleasedTwiceAsync();
        Ask("""{"id":"1","action":"undo","by":"ana"}""");

        var reading = await ObserveAsync();

        Assert.That(reading.Templates!.Value, Is.EqualTo(new[] { third, second, first }));
    }

    [TestCase("checkout", TestName = "From_a_ReplicaSet_of_the_workload")]
    [TestCase("checkout-stable", TestName = "From_a_ReplicaSet_of_the_copy")]
    public async Task WhenTheTemplateIsThere_ThenTheDeploymentGetsItWithoutWhatIsOfTheCopyOrOfTheReplicaSet(string owner)
    {
        var (first, _, third) = await ReleasedTwiceAsync(owner);

        var result = await RestoreAsync(first, third);

        Assert.Multiple(() =>
        {
            Assert.That(result, Is.EqualTo(new WriteResult.Applied(1)));
            var template = (JsonObject)Get(KnownKinds.Deployments, "checkout")["spec"]!["template"]!;
            Assert.That(Json.Text(template["spec"]!["containers"]![0], "image"), Is.EqualTo("registry.example.com/checkout:1.0.0"));
            Assert.That(Labels(template, "metadata", "labels").Select(label => $"{label.Key}={label.Value}"),
                Is.EquivalentTo(new[] { "app=checkout", "team=payments" }));
            Assert.That(Json.Text(template["spec"]!["topologySpreadConstraints"]![0], "labelSelector", "matchLabels", "app"),
                Is.EqualTo("checkout"), "its own pods are spread");
        });
        Assert.That((await ObserveAsync()).Second.Revision, Is.EqualTo(first));
    }

    [Test]
    public async Task WhenTheDeploymentHasItAlready_ThenNothingIsWritten()
    {
        var (_, _, third) = await ReleasedTwiceAsync();

        Assert.That(await RestoreAsync(third, "0000000000"), Is.EqualTo(new WriteResult.Applied(0)));
    }

    [Test]
    public async Task WhenSomebodyPushed_ThenThePushStays()
    {
        var (first, second, _) = await ReleasedTwiceAsync();

        var result = await RestoreAsync(first, second);

        Assert.That(result, Is.InstanceOf<WriteResult.Contended>());
        Assert.That(Image(), Is.EqualTo("registry.example.com/checkout:3"));
    }

    [Test]
    public async Task WhenTheTemplateIsGone_ThenItIsRefusedAndNothingIsWritten()
    {
        var (_, _, third) = await ReleasedTwiceAsync();

        var result = await RestoreAsync("0000000000", third);

        Assert.That((result as WriteResult.Refused)?.Message, Does.Contain("no ReplicaSet has the template of revision 0000000000"));
        Assert.That(Image(), Is.EqualTo("registry.example.com/checkout:3"));
    }

    [Test]
    public async Task WhenARestartIsDue_ThenTheWorkloadIsRestartedOnce_AndThenTheCopy()
    {
        await ServeFromTheCopyAsync();
        var at = new DateTimeOffset(2026, 12, 1, 6, 0, 0, TimeSpan.Zero);
        var restart = new CopyLevels(StableServing.Copy, null, null, null) { RestartAt = at };

        var first = await ArrangeAsync(restart);
        var seen = (await ObserveAsync()).Copy!;
        var second = await ArrangeAsync(restart);
        var third = await ArrangeAsync(restart);

        Assert.Multiple(() =>
        {
            Assert.That((first, second, third),
                Is.EqualTo((new WriteResult.Applied(1), new WriteResult.Applied(1), new WriteResult.Applied(0))));
            Assert.That((seen.RestartedAt, seen.IsRestartDue), Is.EqualTo(((DateTimeOffset?)at, true)));
            foreach (var name in new[] { "checkout", "checkout-stable" })
                Assert.That(CopyObserver.RestartTime(Get(KnownKinds.Deployments, name)), Is.EqualTo(at), name);
        });
    }

    private async Task<(string First, string Second, string Third)> ReleasedTwiceAsync(string owner = "checkout")
    {
        await ServeFromTheCopyAsync();
        var first = (await ObserveAsync()).Second.Revision!;
        Keep(owner, "aaa", 1);
        Ship("2");
        await CaughtUpAsync();
        var second = (await ObserveAsync()).Second.Revision!;
        Keep("checkout", "bbb", 2);
        // One of another Deployment with the same labels is no template of this one.
        Keep("checkout", "ccc", 9, "somebody-else");
        Ship("3");
        await CaughtUpAsync();
        return (first, second, (await ObserveAsync()).Second.Revision!);
    }

    private void Ship(string tag) => Change("checkout", document =>
        document["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = $"registry.example.com/checkout:{tag}");

    private string? Image() =>
        Json.Text(Get(KnownKinds.Deployments, "checkout")["spec"]!["template"]!["spec"]!["containers"]![0], "image");

    private void Keep(string owner, string hash, int revision, string? uid = null)
    {
        var deployment = Get(KnownKinds.Deployments, owner);
        var template = WithHash(deployment["spec"]!["template"]!, hash);
        if (uid is not null) template["spec"]!["containers"]![0]!["image"] = "registry.example.com/other:1";
        _shop.Cluster.Put(KnownKinds.ReplicaSets, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{owner}-{hash}",
                ["namespace"] = "shop",
                ["labels"] = template["metadata"]!["labels"]!.DeepClone(),
                ["annotations"] = new JsonObject { ["deployment.kubernetes.io/revision"] = $"{revision}" },
                ["ownerReferences"] = new JsonArray(new JsonObject
                {
                    ["kind"] = "Deployment",
                    ["name"] = owner,
                    ["uid"] = uid ?? Documents.Uid(deployment),
                    ["controller"] = true,
                }),
            },
            ["spec"] = new JsonObject { ["template"] = template },
        });
    }

    private RolloutSnapshot? _asked;

    private void Ask(string request) => _asked = _shop.Snapshot() with { Request = RequestMapping.Read(request) };

    private new async Task<WorkloadReading> ObserveAsync() =>
        await Workloads.ObserveAsync(_asked ?? _shop.Snapshot(), _shop.Traffic(), A.Limit());

    private async Task<WriteResult> RestoreAsync(string revision, string from)
    {
        var result = await Workloads.RestoreTemplateAsync(_shop.Snapshot(), _shop.Traffic(), revision, from, A.Limit());
        await CaughtUpAsync();
        return result;
    }
}
