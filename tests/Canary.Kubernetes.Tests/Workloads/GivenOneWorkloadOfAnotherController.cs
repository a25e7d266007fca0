using System.Linq;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads;

/// <summary>A Deployment or a Service that something else releases, or that clients do not call: nothing is written, and the message says
/// what to change.</summary>
public sealed class GivenOneWorkloadOfAnotherController : OneWorkload
{
    private const string Flagger =
        "ownerReferences: [{ apiVersion: flagger.app/v1beta1, kind: Canary, name: checkout, uid: c1, controller: true }]";

    [Test]
    public async Task WhenAnOperatorControlsTheDeployment_ThenItIsNamed()
    {
        await StartAsync(Deployment.Replace("  generation: 1\n", "  generation: 1\n  "
            + "ownerReferences: [{ apiVersion: shop.example.com/v1, kind: Checkout, name: main, uid: o1, controller: true }]\n"));

        Assert.That(await ProblemsAsync(), Is.EqualTo(new[]
        {
            "spec.workload.name: Deployment shop/checkout is controlled by Checkout main (shop.example.com/v1), which writes it back. Let one "
                + "of the two release it: take it out of Checkout main, or delete this Rollout",
        }));
    }

    [Test]
    public async Task WhenAnOwnerDoesNotControlIt_ThenNothingIsInTheWay()
    {
        await StartAsync(Deployment.Replace("  generation: 1\n", "  generation: 1\n  "
            + "ownerReferences: [{ apiVersion: v1, kind: ConfigMap, name: main, uid: o1 }, 7]\n"));

        Assert.That(await ProblemsAsync(), Is.Empty);
    }

    [Test]
    public async Task WhenKubeVelaAppliesIt_ThenItsApplicationIsNamed()
    {
        await StartAsync(Deployment.Replace("labels: { app: checkout,", "labels: { app.oam.dev/name: web-shop, app: checkout,"));

        Assert.That(await ProblemsAsync(), Has.One.Contains("belongs to Application web-shop of KubeVela"));
    }

    [Test]
    public async Task WhenFlaggerMadeTheService_ThenItIsNamed_AndItGoesOnWhenTheCauseIsGone()
    {
        await StartAsync();
        var service = Service.Replace("labels: { app: checkout }", "labels: { app: checkout }, " + Flagger);
        _shop.Cluster.Put(KnownKinds.Services, service);
        await CaughtUpAsync();
        var found = await ProblemsAsync();

        _shop.Cluster.Put(KnownKinds.Services, Service);
        await CaughtUpAsync();

        Assert.That(found, Has.One.Contains("Service shop/checkout is controlled by Canary checkout (flagger.app/v1beta1), which writes its "
            + "selector back. Delete Canary checkout, or name another Service"));
        Assert.That(await ProblemsAsync(), Is.Empty);
    }

    [Test]
    public async Task WhenAnArgoRolloutSwitchesTheService_ThenItIsNamed()
    {
        await StartAsync();
        _shop.Cluster.Put(KnownKinds.Services, Service.Replace("labels: { app: checkout }",
            "labels: { app: checkout }, annotations: { argo-rollouts.argoproj.io/managed-by-rollouts: checkout-ro }"));
        await CaughtUpAsync();

        Assert.That(await ProblemsAsync(), Has.One.Contains("is switched by Rollout checkout-ro of Argo Rollouts"));
    }

    [Test]
    public async Task WhenTheServiceIsHeadless_ThenClientsChooseByThemselves()
    {
        await StartAsync();
        _shop.Cluster.Put(KnownKinds.Services, Service.Replace("spec: {", "spec: { clusterIP: None,"));
        await CaughtUpAsync();

        Assert.That(await ProblemsAsync(), Has.One.Contains("Service shop/checkout is headless (clusterIP: None)"));
    }

    private async Task<string[]> ProblemsAsync() => [.. (await ObserveAsync()).Problems.Select(one => one.ToString())];
}
