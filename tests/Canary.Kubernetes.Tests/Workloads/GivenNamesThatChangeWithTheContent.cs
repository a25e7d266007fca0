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

/// <summary>A ConfigMap gets another name with each content, as kustomize and Helm charts write it. Stable reads the old one.</summary>
public sealed class GivenNamesThatChangeWithTheContent : ConfiguredWorkload
{
    [TestCase(true, TestName = "The_old_one_is_pruned")]
    [TestCase(false, TestName = "The_old_one_is_there")]
    public async Task WhenTheCopyIsDeleted_ThenItIsMadeAgainWithWhatStableReads(bool isPruned)
    {
        var status = await RenameAsync();
        var name = ReadMap("checkout-stable");
        if (isPruned) _shop.Cluster.Delete(KnownKinds.ConfigMaps, "shop", "checkout");

        var result = await MakeAgainAsync(status);

        Assert.That(result, Is.TypeOf<WriteResult.Applied>());
        Assert.That(ReadMap("checkout-stable"), Is.EqualTo(name));
        Assert.That((await LookAsync(status)).First.Revision, Is.EqualTo(status.StableRevision));
    }

    [Test]
    public async Task WhenTheNewVersionReadsNothing_ThenTheCopyIsMadeAgainToo()
    {
        var status = await RenameAsync(spec =>
        {
            spec.Remove("volumes");
            ((JsonObject)spec["containers"]![0]!).Remove("env");
            ((JsonObject)spec["containers"]![0]!).Remove("envFrom");
        });
        var name = ReadMap("checkout-stable");

        var result = await MakeAgainAsync(status);

        Assert.That(result, Is.TypeOf<WriteResult.Applied>());
        Assert.That(ReadMap("checkout-stable"), Is.EqualTo(name));
        Assert.That((await LookAsync(status)).First.Revision, Is.EqualTo(status.StableRevision));
    }

    [Test]
    public async Task WhenTheCopyOfTheOldOneIsDeleted_ThenItIsMadeAgainDuringTheRelease()
    {
        var status = await RenameAsync();
        var name = ReadMap("checkout-stable");
        _shop.Cluster.Delete(KnownKinds.ConfigMaps, "shop", name);
        await Eventually.ThatAsync(async () => (await LookAsync(status)).Copy!.IsConfigurationDue, "it is missed");

        await ArrangeAsync(Again);

        Assert.That(Json.Text(Get(KnownKinds.ConfigMaps, name), "data", "greeting"), Is.EqualTo("hello"));
        Assert.That((await LookAsync(status)).CurrentScheme!.Configuration, Is.EqualTo(status.RevisionScheme!.Configuration),
            "what stable alone reads is no part of the next revision");
    }

    [Test]
    public async Task WhenTheKeyIsAnotherOne_ThenTheCopyIsMadeAgainFromTheCopiesOfBefore()
    {
        await StartConfiguredAsync();
        var status = await ServeAsync();
        var (name, secrets) = (ReadMap("checkout-stable"), Names(KnownKinds.Secrets));
        _shop.Cluster.Put(KnownKinds.Secrets, KeySecret.Replace("AAEC", "BBEC", System.StringComparison.Ordinal));
        var seen = await LookAsync(status);
        status = status with { RevisionScheme = seen.CurrentScheme, StableRevision = seen.First.CurrentRevision };

        var result = await MakeAgainAsync(status);

        Assert.That(result, Is.TypeOf<WriteResult.Applied>());
        Assert.That((ReadMap("checkout-stable"), Names(KnownKinds.Secrets)), Is.EqualTo((name, secrets)));
        Assert.That((await LookAsync(status)).First.Revision, Is.EqualTo(status.StableRevision));
    }

    [Test]
    public async Task WhenTheRevisionIsOfAnEarlierVersionOfCanary_ThenTheCopyThatIsMadeAgainReadsTheOriginals()
    {
        await StartConfiguredAsync();
        var scheme = (await ServeAsync()).RevisionScheme! with { Version = RevisionScheme.OfOneWorkload, Configuration = [], Key = null };
        var status = RolloutStatus.New with { Accepted = _shop.Snapshot().Spec, RevisionScheme = scheme };
        status = status with { StableRevision = (await LookAsync(status)).Second.Revision };

        var result = await MakeAgainAsync(status);

        Assert.That(result, Is.TypeOf<WriteResult.Applied>());
        Assert.That((await LookAsync(status)).First.Revision, Is.EqualTo(status.StableRevision));
    }

    /// <summary>The workload reads another ConfigMap, and a ReplicaSet remembers what it was.</summary>
    private async Task<RolloutStatus> RenameAsync(System.Action<JsonObject>? change = null)
    {
        await StartConfiguredAsync();
        var status = await ServeAsync();
        Remember();
        Write("checkout-b2", """{"greeting":"good evening"}""");
        Change("checkout", document =>
        {
            var spec = (JsonObject)document["spec"]!["template"]!["spec"]!;
            if (change is not null) change(spec);
            else spec["containers"]![0]!["envFrom"]![0]!["configMapRef"]!["name"] = "checkout-b2";
        });
        await CaughtUpAsync();
        // As a rollout that begins does.
        var seen = await LookAsync(status);
        return status with { RevisionScheme = seen.CurrentScheme, StableRevision = seen.First.CurrentRevision };
    }

    private async Task<WriteResult> MakeAgainAsync(RolloutStatus status)
    {
        _shop.Cluster.Delete(KnownKinds.Deployments, "shop", "checkout-stable");
        await Eventually.ThatAsync(() => _shop.Caches.Deployments.Cache.Get(new ObjectName("shop", "checkout-stable")) is null,
            "it is gone");
        var snapshot = _shop.Snapshot() with { Status = status };
        await LookAsync(status);
        var result = await Workloads.ArrangeAsync(snapshot, snapshot.Spec!,
            new CopyLevels(StableServing.Neither, 3, null, status.StableRevision), A.Limit());
        await CaughtUpAsync();
        return result;
    }

    private void Remember()
    {
        var workload = Get(KnownKinds.Deployments, "checkout");
        _shop.Cluster.Put(KnownKinds.ReplicaSets, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = "checkout-1",
                ["namespace"] = "shop",
                ["labels"] = new JsonObject { ["app"] = "checkout", ["pod-template-hash"] = "1" },
                ["annotations"] = new JsonObject { ["deployment.kubernetes.io/revision"] = "1" },
                ["ownerReferences"] = new JsonArray(new JsonObject
                {
                    ["apiVersion"] = "apps/v1",
                    ["kind"] = "Deployment",
                    ["name"] = "checkout",
                    ["uid"] = Documents.Uid(workload),
                    ["controller"] = true,
                }),
            },
            ["spec"] = new JsonObject { ["template"] = WithHash(workload["spec"]!["template"]!, "1") },
        });
    }
}
