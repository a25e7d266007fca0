using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Tests.Api;
using Canary.Kubernetes.Traffic.Dispatch;
using Canary.Kubernetes.Traffic.GatewayApi;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Traffic.GatewayApi;

/// <summary>A Rollout names an HTTPRoute and a TLSRoute, and the cluster has no TLSRoutes, or none any more.</summary>
public sealed class GivenAKindThatIsNotServed
{
    [Test]
    public async Task WhenTheRoutesAreRead_ThenTheOtherOneIsReadAndWritten_AndTheProblemNamesTheKind()
    {
        await using var shop = await Shop.StartAsync(cluster =>
        {
            cluster.Absent.Add("tlsroutes");
            var rollout = Yaml.Object(Shop.Rollout);
            ((JsonObject)rollout["spec"]!["traffic"]!).Remove("istio");
            rollout["spec"]!["traffic"]!["gatewayApi"] =
                JsonNode.Parse("""{"routes":[{"name":"checkout"},{"kind":"TLSRoute","name":"checkout"}]}""");
            cluster.Put(KnownKinds.Rollouts, rollout);
            cluster.Put(GatewayKinds.HttpRoutes, """
                metadata: { name: checkout, namespace: shop }
                spec: { rules: [{ backendRefs: [{ name: checkout-stable, weight: 80 }, { name: checkout-canary, weight: 20 }] }] }
                """);
        });
        var (rollout, router) = (shop.Snapshot(), new TrafficRouter(shop.Cluster.Client, shop.Caches));

        var reading = await router.ReadAsync(rollout, rollout.Spec!.Traffic, A.Limit());
        await router.ApplyAsync(rollout, rollout.Spec!.Traffic, RoutePlan.Only(Weight.Zero), new Claim("rollout-1", 6), A.Limit());

        Assert.That(reading.Problems.Select(problem => problem.ToString()).Single(),
            Does.StartWith("spec.traffic.gatewayApi: TLSRoutes cannot be read: ").And.Contain("install it"));
        Assert.That(reading.Routes.Select(route => (route.Name, route.NamedCanaryWeight)),
            Is.EqualTo(new[] { ("HTTPRoute shop/checkout rule rules[0]", Weight.FromPercent(20)) }));
        var written = shop.Cluster.Get(GatewayKinds.HttpRoutes, "shop", "checkout");
        Assert.That((long?)written["spec"]!["rules"]![0]!["backendRefs"]![1]!["weight"], Is.Zero, "an abort takes away what it can");
    }
}
