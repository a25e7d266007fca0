using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Stories;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Traffic.GatewayApi;
using Canary.Kubernetes.Traffic.Istio;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests.Strategies;

/// <summary>The strategies that try a version at weight 0, and the routers other than the VirtualService, each with one
/// Deployment.</summary>
public sealed class GivenRoutesOfOneDeployment : StoriesOfOneWorld
{
    internal override IReadOnlyList<Func<Story, Task>> Stories =>
        [AbTestAsync, MirrorAsync, ServiceAsync, BadServiceAsync, GatewayApiAsync];

    [Test, CancelAfter(360_000), Strategy("A/B test by cookie and header")]
    public Task WhenItIsAnAbTest_ThenTheGroupAloneGetsTheNewVersion_AndThenEverybody() => EndAsync(AbTestAsync);

    [Test, CancelAfter(360_000), Strategy("mirror (dark launch)")]
    public Task WhenRequestsAreMirrored_ThenNobodySeesTheNewVersionBeforeItIsPromoted() => EndAsync(MirrorAsync);

    [Test, CancelAfter(360_000), Strategy("replica ratio without a mesh (router service)")]
    public Task WhenItIsReleasedThroughItsService_ThenTheShareIsThatOfThePods() => EndAsync(ServiceAsync);

    [Test, CancelAfter(360_000), Strategy("replica ratio without a mesh: a bad version is rolled back")]
    public Task WhenABadVersionIsReleasedThroughItsService_ThenItsPodsLeaveTheServiceAtOnce() => EndAsync(BadServiceAsync);

    [Test, CancelAfter(360_000), Strategy("canary by steps with an HTTPRoute of the Gateway API")]
    public Task WhenItIsReleasedByAnHttpRoute_ThenAGoodVersionIsPromoted_AndABadOneIsRolledBack() => EndAsync(GatewayApiAsync);

    private static async Task AbTestAsync(Story story)
    {
        var (shop, others, capacity) = await story.TakeOverAsync($$$"""
            {"abTest":{"duration":"10s",
              "match":[{"cookieName":"group","cookieValue":{"exact":"b"}},{"headerName":"x-group","headerValue":{"exact":"b"}}],
              "scaleDownDelay":"5s",{{{Story.ErrorsOfServices}}} }}
            """);
        var (cookie, header) = (story.Send(shop, ("cookie", "session=1; group=b")), story.Send(shop, ("x-group", "b")));

        await shop.DeployAsync("2.0.0");
        await shop.UntilAsync("the test runs", status => (string?)status["hold"]?["reason"] == "PauseStep");
        await shop.UntilAsync("both groups get the new version",
            () => Task.FromResult(cookie.AnswersOf("2.0.0") > 5 && header.AnswersOf("2.0.0") > 5));
        var (early, stable) = (others.AnswersOf("2.0.0"), (cookie.AnswersOf("1.0.0"), header.AnswersOf("1.0.0")));
        await shop.UntilWeightAsync(100);
        Assert.That(early, Is.Zero, "the others stay at the stable version");
        Assert.That((cookie.AnswersOf("1.0.0"), header.AnswersOf("1.0.0")), Is.EqualTo(stable), "the group never leaves the new version");
        await shop.UntilPromotedAsync("2.0.0");

        Assert.That(capacity.Weights, Is.EqualTo(new[] { 0, 100, 0 }));
        Assert.That(await RoutesAsync(shop), Is.EqualTo(new[] { "primary" }));
        await shop.UntilAsync("everybody gets it", () => Task.FromResult(others.AnswersOf("2.0.0") > 20));
    }

    private static async Task MirrorAsync(Story story)
    {
        var (shop, load, _) = await story.TakeOverAsync(
            """{"mirror":{"percentage":50,"duration":"6s","scaleDownDelay":"5s","match":[{"method":{"exact":"GET"}}]}}""");

        await shop.DeployAsync("2.0.0");
        await shop.UntilAsync("it waits with its mirror", status => (string?)status["hold"]?["reason"] == "PauseStep");
        Assert.That(await RoutesAsync(shop), Is.EqualTo(new[] { "canary.delivery/mirror/test/primary", "primary" }));
        await Task.Delay(TimeSpan.FromSeconds(3), story.Cancel);
        var seen = load.AnswersOf("2.0.0");
        await shop.UntilPromotedAsync("2.0.0");

        Assert.That(seen, Is.Zero, "clients see stable alone");
        Assert.That(await RoutesAsync(shop), Is.EqualTo(new[] { "primary" }));
    }

    private static async Task ServiceAsync(Story story)
    {
        var (shop, load) = await ServedByTheServiceAsync(story);

        await shop.DeployAsync("2.0.0");
        var status = await shop.UntilAsync("one pod of five",
            status => ((string?)status["message"])?.Contains("(1 of 5 pods, 20 %)") is true);
        Assert.That((int?)status["status"]!["weights"]!["pods"]!["canary"], Is.EqualTo(1));
        Assert.That(await shop.SelectorAsync("checkout"), Is.EqualTo("""{"canary.delivery/serves":"checkout"}"""));
        await shop.UntilAsync("a fifth of the requests reach it", async () => await ShareAsync(shop) is > 0.12 and < 0.28);
        await shop.AskAsync("promote");
        await shop.UntilPromotedAsync("2.0.0");
        await shop.DeleteRolloutAsync();

        Assert.That(await shop.SelectorAsync("checkout"), Is.EqualTo("""{"app":"checkout"}"""), "the team's Service is as it was");
        Assert.That(await shop.ReplicasAsync("checkout"), Is.EqualTo(4), "its Deployment serves again");
        Assert.That(load.AnswersOf("2.0.0"), Is.GreaterThan(0));
    }

    private static async Task BadServiceAsync(Story story)
    {
        var (shop, load) = await ServedByTheServiceAsync(story);
        load.BadVersion = "3.0.0";

        await shop.DeployAsync("3.0.0", 0.4);
        var rolledBack = await shop.UntilPhaseAsync("RolledBack", 120);
        Assert.That((string?)rolledBack["status"]!["message"], Does.Contain("error rate"));
        Assert.That(await shop.SelectorAsync("checkout"), Is.EqualTo("""{"app":"checkout-stable"}"""));
        Assert.That(await shop.VersionAsync("checkout-stable"), Is.EqualTo("1.0.0"));
        await shop.UntilIdleAsync();
    }

    private static async Task GatewayApiAsync(Story story)
    {
        var shop = await story.OpenAsync();
        await shop.CreateServiceAsync();
        await shop.CreateWorkloadAsync(KnownKinds.Deployments, """{"replicas":3}""");
        await shop.CreateHttpRouteAsync();
        var (load, capacity) = await story.ServeAsync(shop, 3);
        load.BadVersion = "3.0.0";
        await shop.CreateRolloutAsync($$$"""
            {"canary":{"scaleDownDelay":"5s",{{{Story.ErrorsOfServices}}},
              "steps":[{"setWeight":30},{"pause":{"duration":"6s"}},{"setWeight":50},{"pause":{"duration":"3s"}}]}}
            """, """{"gatewayApi":{"routes":[{"name":"checkout","rules":["primary"]}]}}""");
        await shop.UntilCopyServesAsync();
        await shop.RouteGatewayAsync();
        await shop.UntilPhaseAsync("Healthy");
        await shop.UntilIdleAsync();

        await shop.DeployAsync("2.0.0");
        await shop.UntilPromotedAsync("2.0.0");
        Assert.That(capacity.Weights, Is.EqualTo(new[] { 0, 30, 50, 100, 0 }));

        await shop.DeployAsync("3.0.0", 0.4);
        await shop.UntilPhaseAsync("RolledBack", 120);
        Assert.That(await shop.VersionAsync("checkout-stable"), Is.EqualTo("2.0.0"));
        Assert.That((await shop.World.Api.GetAsync(GatewayKinds.HttpRoutes, shop.Name, story.Cancel))["spec"]!["rules"]![0]!["backendRefs"]!
            .AsArray().Select(backend => (int)backend!["weight"]!), Is.EqualTo(new[] { 100, 0 }));
    }

    // One Deployment of four pods behind a Service that no route names.
    private static async Task<(Running.Shop Shop, Running.RequestLoad Load)> ServedByTheServiceAsync(Story story)
    {
        var shop = await story.OpenAsync();
        await shop.CreateServiceAsync();
        await shop.CreateWorkloadAsync(KnownKinds.Deployments, """{"replicas":4}""");
        var (load, _) = await story.ServeAsync(shop, 4);
        await shop.CreateRolloutAsync($$$"""
            {"canary":{"scaleDownDelay":"5s",{{{Story.ErrorsOfWorkloads}}},
              "steps":[{"setWeight":20},{"pause":{}},{"setWeight":50},{"pause":{"duration":"4s"}}]}}
            """, """{"service":{}}""");
        await shop.UntilPhaseAsync("Healthy");
        await shop.UntilIdleAsync();
        Assert.That(await shop.SelectorAsync("checkout"), Is.EqualTo("""{"app":"checkout-stable"}"""));
        return (shop, load);
    }

    // Of the requests of the last seconds; 0 where the canary had none.
    private static Task<double> ShareAsync(Running.Shop shop) => shop.QueryAsync($$$"""
        (sum(rate(istio_requests_total{reporter="source",destination_workload="checkout",
            destination_workload_namespace="{{{shop.Name.Namespace}}}"}[8s])) or vector(0))
          / sum(rate(istio_requests_total{reporter="source",destination_service_name="checkout",
            destination_service_namespace="{{{shop.Name.Namespace}}}"}[8s]))
        """);

    private static async Task<string?[]> RoutesAsync(Running.Shop shop) =>
        [.. (await shop.World.Api.GetAsync(IstioKinds.VirtualServices, shop.Name, shop.Cancel))["spec"]!["http"]!
            .AsArray().Select(route => (string?)route!["name"])];
}
