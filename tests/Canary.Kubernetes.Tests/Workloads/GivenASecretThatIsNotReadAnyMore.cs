using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Tests.Api;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads;

/// <summary>Version 1 read a Secret, and the versions after it read none: its copy is a live credential that nobody needs.</summary>
public sealed class GivenASecretThatIsNotReadAnyMore : ConfiguredWorkload
{
    [Test]
    public async Task WhenALaterVersionIsPromoted_ThenItsCopyGoes()
    {
        var status = await StopReadingAsync(spec => spec.Remove("volumes"));

        await ReleaseAsync(status, "3.0.0");

        Assert.That(Names(KnownKinds.Secrets), Is.EqualTo(new[] { "database" }));
    }

    [Test]
    public async Task WhenNothingAtAllIsReadAnyMore_ThenTheCopiesGoToo()
    {
        var status = await StopReadingAsync(ReadNothing);

        await ReleaseAsync(status, "3.0.0");

        Assert.That(status.RevisionScheme!.Version, Is.EqualTo(RevisionScheme.OfOneWorkload));
        Assert.That(Names(KnownKinds.Secrets), Is.EqualTo(new[] { "database" }));
        Assert.That(Names(KnownKinds.ConfigMaps), Has.None.Contains("-stable-"));
    }

    [Test]
    public async Task WhenTheRolloutIsDeleted_ThenTheCopiesGo()
    {
        var status = await StopReadingAsync(ReadNothing);
        Assert.That(Names(KnownKinds.Secrets), Has.Length.EqualTo(2), "the copy's template named it until now");
        _shop.Cluster.Delete(KnownKinds.Deployments, "shop", "checkout-stable");
        await Eventually.ThatAsync(() => _shop.Caches.Deployments.Cache.Get(new ObjectName("shop", "checkout-stable")) is null,
            "it is gone");

        var result = await RemoveAsync(status);

        Assert.That(result, Is.TypeOf<WriteResult.Applied>());
        Assert.That(Names(KnownKinds.Secrets).Concat(Names(KnownKinds.ConfigMaps)), Has.None.Contains("-stable-"));
    }

    [Test]
    public async Task WhenSecretsMayNotBeListedAndNoneWasEverCopied_ThenTheDeletionEnds()
    {
        await StartConfiguredAsync(cluster => cluster.RefuseReading = path =>
            path == "/api/v1/namespaces/shop/secrets" ? (403, "secrets is forbidden: cannot list") : null);
        var status = await ServeAsync();
        _shop.Cluster.Delete(KnownKinds.Deployments, "shop", "checkout-stable");
        await Eventually.ThatAsync(() => _shop.Caches.Deployments.Cache.Get(new ObjectName("shop", "checkout-stable")) is null,
            "it is gone");

        var result = await RemoveAsync(status);

        Assert.That(result, Is.TypeOf<WriteResult.Applied>());
        Assert.That(Names(KnownKinds.ConfigMaps), Has.None.Contains("-stable-"));
    }

    [Test]
    public async Task WhenSecretsWereCopiedAndMayNotBeListedAnyMore_ThenItSaysThatTheyAreLeft()
    {
        await StartConfiguredAsync();
        var status = await ServeAsync();
        _shop.Cluster.RefuseReading = path => path == "/api/v1/namespaces/shop/secrets" ? (403, "secrets is forbidden") : null;
        _shop.Cluster.Delete(KnownKinds.Deployments, "shop", "checkout-stable");
        await Eventually.ThatAsync(() => _shop.Caches.Deployments.Cache.Get(new ObjectName("shop", "checkout-stable")) is null,
            "it is gone");

        Assert.That((await RemoveAsync(status) as WriteResult.Refused)?.Message, Does.Contain("copies of Secrets are left"));
    }

    /// <summary>The version that does not read it is promoted.</summary>
    private async Task<RolloutStatus> StopReadingAsync(Action<JsonObject> change)
    {
        await StartConfiguredAsync();
        var status = await ServeAsync();
        Change("checkout", document => change((JsonObject)document["spec"]!["template"]!["spec"]!));
        await CaughtUpAsync();
        // As a rollout that begins does.
        status = status with { RevisionScheme = (await LookAsync(status)).CurrentScheme };
        await PromoteAsync(status);
        return status;
    }

    private async Task ReleaseAsync(RolloutStatus status, string version)
    {
        Change("checkout", document => document["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = $"checkout:{version}");
        await CaughtUpAsync();
        await PromoteAsync(status);
    }

    private async Task PromoteAsync(RolloutStatus status)
    {
        var seen = await LookAsync(status);
        Assert.That(await PromoteAsync(status, seen.Second.Revision!), Is.EqualTo(new WriteResult.Applied(1)));
        await CaughtUpAsync();
        await LookAsync(status);
    }

    private Task<WriteResult> RemoveAsync(RolloutStatus status)
    {
        var snapshot = _shop.Snapshot() with { Status = status };
        return Workloads.RemoveCopyAsync(snapshot, snapshot.Spec!, A.Limit());
    }

    private static void ReadNothing(JsonObject spec)
    {
        spec.Remove("volumes");
        ((JsonObject)spec["containers"]![0]!).Remove("env");
        ((JsonObject)spec["containers"]![0]!).Remove("envFrom");
    }
}
