using System.Threading.Tasks;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Tests.Api;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads;

/// <summary>A Secret that is not tracked has a name like that of a copy: a person put the time of a rotation there.</summary>
public sealed class GivenANameLikeThatOfACopy : ConfiguredWorkload
{
    private const string Rotated = "db-stable-202401151230";

    [Test]
    public async Task WhenItIsCopied_ThenTheCopyReadsIt_AndBothSidesAreOfOneRevision()
    {
        await StartRotatedAsync();

        var status = await ServeAsync();

        Assert.That(status.StableRevision, Is.Not.Null.And.EqualTo(status.CanaryRevision));
        Assert.That(ReadSecret("checkout-stable"), Is.EqualTo(Rotated));
        Assert.That(await ArrangeAsync(Copying), Is.EqualTo(new WriteResult.Applied(1)), "the selector alone");
    }

    [Test]
    public async Task WhenItIsPromoted_ThenTheCopyHasWhatWasAnalysed()
    {
        await StartRotatedAsync();
        var status = await ServeAsync();
        var seen = await ChangeAsync(status, "checkout", """{"greeting":"good evening"}""");

        var result = await PromoteAsync(status, seen.Second.Revision!);
        await CaughtUpAsync();

        Assert.That(result, Is.EqualTo(new WriteResult.Applied(1)));
        Assert.That((await LookAsync(status)).First.Revision, Is.EqualTo(seen.Second.Revision));
        Assert.That(ReadSecret("checkout-stable"), Is.EqualTo(Rotated));
    }

    [Test]
    public async Task WhenTheStableVersionIsAskedForAgain_ThenTheWorkloadHasItsOwnNames()
    {
        await StartRotatedAsync();
        var status = await ServeAsync();
        Change("checkout", document => document["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = "checkout:2.0.0");
        await CaughtUpAsync();

        var snapshot = _shop.Snapshot() with { Status = status };
        var result = await Workloads.RestoreTemplateAsync(snapshot, _shop.Traffic(), status.StableRevision!,
            (await LookAsync(status)).Second.Revision!, A.Limit());
        await CaughtUpAsync();

        Assert.That(result, Is.EqualTo(new WriteResult.Applied(1)));
        Assert.That(ReadSecret("checkout"), Is.EqualTo(Rotated));
        Assert.That(Json.Object(Get(KnownKinds.Deployments, "checkout"), "spec", "template", "metadata", "annotations") ?? [], Is.Empty);
        Assert.That((await LookAsync(status)).Second.Revision, Is.EqualTo(status.StableRevision));
    }

    private Task StartRotatedAsync() => StartConfiguredAsync(cluster =>
    {
        var document = cluster.Get(KnownKinds.Deployments, "shop", "checkout");
        document["spec"]!["template"]!["spec"]!["volumes"]![0]!["secret"]!["secretName"] = Rotated;
        cluster.Put(KnownKinds.Deployments, document);
        cluster.RefuseReading = path =>
            path == "/api/v1/namespaces/shop/secrets" ? (403, "secrets is forbidden: cannot list") : null;
    });

    private string ReadSecret(string deployment) =>
        Json.Text(Get(KnownKinds.Deployments, deployment)["spec"]!["template"]!["spec"]!["volumes"]![0]!["secret"], "secretName")!;
}
