using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Tests.Api;
using Canary.Kubernetes.Traffic.Dispatch;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Traffic.Nginx;

/// <summary>The weight stands in a canary Ingress that Canary makes. The Ingress of the user is never written.</summary>
public sealed class GivenAnNginxRouter
{
    private const string Main = """
        metadata: { name: checkout, namespace: shop, annotations: { kubernetes.io/ingress.class: public, nginx.ingress.kubernetes.io/proxy-body-size: 8m } }
        spec:
          ingressClassName: nginx
          tls: [{ hosts: [shop.example.com], secretName: shop-tls }]
          rules:
          - host: shop.example.com
            http:
              paths:
              - { path: /, pathType: Prefix, backend: { service: { name: checkout-stable, port: { name: http } } } }
              - { path: /static, pathType: Prefix, backend: { service: { name: files, port: { number: 80 } } } }
          - host: other.example.com
            http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: files, port: { number: 80 } } } }] }
        """;

    private const string Paths =
        """[{"host":"shop.example.com","http":{"paths":[{"path":"/","pathType":"Prefix","backend":{"service":{"name":"checkout-canary","port":{"name":"http"}}}}]}}]""";

    private Shop _shop = null!;
    private TrafficRouter _router = null!;

    [TearDown]
    public async Task StopAsync()
    {
        if (_shop is not null) await _shop.DisposeAsync();
        _shop = null!;
    }

    [Test]
    public async Task WhenAWeightIsApplied_ThenTheCanaryIngressIsMadeWithoutTraffic_AndThenRaised()
    {
        await StartAsync();
        JsonNode? made = null;
        _shop.Cluster.Refusal = (request, body) =>
        {
            if (request.Method == "POST") made = body?.DeepClone();
            return null;
        };

        var result = await ApplyAsync(25, 2);

        Assert.Multiple(() =>
        {
            Assert.That(result, Is.EqualTo(new WriteResult.Applied(2)));
            Assert.That(Json.Text(made, "metadata", "annotations", "nginx.ingress.kubernetes.io/canary-weight"), Is.EqualTo("0"));
            Assert.That(Json.Text(made, "metadata", "annotations", "canary.delivery/claim"), Is.EqualTo("rollout-1/6/2"));
            Assert.That(Annotations(), Is.EqualTo("canary=true canary-weight=25"));
            Assert.That(Canary["spec"]!["rules"]!.ToJsonString(), Is.EqualTo(Paths), "the paths of stable alone");
            Assert.That(Canary["spec"]!["ingressClassName"]!.ToString(), Is.EqualTo("nginx"));
            Assert.That(Canary["spec"]!["tls"]!.ToJsonString(), Is.EqualTo("""[{"hosts":["shop.example.com"],"secretName":"shop-tls"}]"""));
            Assert.That(Json.Text(Canary, "metadata", "annotations", "kubernetes.io/ingress.class"), Is.EqualTo("public"));
            Assert.That(Json.Text(Canary, "metadata", "annotations", "nginx.ingress.kubernetes.io/proxy-body-size"), Is.Null);
        });
    }

    [Test]
    public async Task WhenTheWeightGoesUpAndDown_ThenTheAnnotationsFollow_AndTheMainIngressIsNeverWritten()
    {
        await StartAsync();
        var seen = new System.Collections.Generic.List<string>();
        var sequence = 1L;
        foreach (var percent in new[] { 5m, 0.5m, 33.33m, 100m, 0m })
        {
            await ApplyAsync(percent, ++sequence);
            seen.Add(Annotations());
            Assert.That((await ReadAsync()).NamedCanaryWeight, Is.EqualTo(Weight.FromPercent(percent)));
        }

        Assert.That(seen, Is.EqualTo(new[]
        {
            "canary=true canary-weight=5", "canary=true canary-weight=50 canary-weight-total=10000",
            "canary=true canary-weight=3333 canary-weight-total=10000", "canary=true canary-weight=100", "canary=true canary-weight=0",
        }));
        Assert.That(_shop.Cluster.Writes.Where(write => write.EndsWith("/checkout", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task WhenNothingWasReleasedYet_ThenNothingIsMade()
    {
        await StartAsync();

        var result = await ApplyAsync(0, 0);
        var route = await ReadAsync();

        Assert.That(result, Is.EqualTo(new WriteResult.Applied(0)));
        Assert.That((route.NamedCanaryWeight, route.Sequence, route.Managed), Is.EqualTo((Weight.Zero, (long?)null, ManagedRoutes.None)));
    }

    [Test]
    public async Task WhenTheWeightIsThereAlready_ThenNothingIsSent()
    {
        await StartAsync();
        await ApplyAsync(25, 2);
        var before = _shop.Cluster.Writes.Count;

        var again = await ApplyAsync(25, 2);

        Assert.That((again, _shop.Cluster.Writes.Count), Is.EqualTo(((WriteResult)new WriteResult.Applied(0), before)));
    }

    [Test]
    public async Task WhenTheMainIngressGetsAnotherHost_ThenTheCanaryIsBehind_AndFollows()
    {
        await StartAsync();
        await ApplyAsync(5, 2);
        var main = _shop.Cluster.Get(KnownKinds.Ingresses, "shop", "checkout");
        main["spec"]!["rules"]![0]!["host"] = "new.example.com";
        _shop.Cluster.Put(KnownKinds.Ingresses, main);
        await CaughtUpAsync();

        await WantAsync(5, 2);
        var before = await ReadAsync();
        await ApplyAsync(5, 2);
        var after = await ReadAsync();

        Assert.That((before.IsBehind, after.IsBehind), Is.EqualTo((true, false)));
        Assert.That(Canary["spec"]!["rules"]![0]!["host"]!.ToString(), Is.EqualTo("new.example.com"));
    }

    [Test]
    public async Task WhenTheMainIngressIsGone_ThenTheWeightStillGoesBack()
    {
        await StartAsync();
        await ApplyAsync(50, 2);
        _shop.Cluster.Delete(KnownKinds.Ingresses, "shop", "checkout");
        await Eventually.ThatAsync(() => _shop.Caches.Cache(KnownKinds.Ingresses).Get(new ObjectName("shop", "checkout")) is null, "gone");

        var reading = await _router.ReadAsync(_shop.Snapshot(), _shop.Traffic(), A.Limit());
        var result = await ApplyAsync(0, 3);

        Assert.That(reading.Routes.Single().NamedCanaryWeight, Is.EqualTo(Weight.FromPercent(50)));
        Assert.That(reading.Problems.Single().ToString(),
            Does.StartWith("spec.traffic.nginx.ingresses[0].name: Ingress shop/checkout is not there"));
        Assert.That((result, Annotations()), Is.EqualTo(((WriteResult)new WriteResult.Applied(1), "canary=true canary-weight=0")));
    }

    [TestCase("metadata: { name: checkout-canary, namespace: shop }\nspec: {}", "Canary makes Ingress shop/checkout-canary, and one of that name is there")]
    [TestCase("metadata: { name: checkout-canary, namespace: shop, labels: { canary.delivery/rollout: other } }\nspec: {}",
        "Canary makes Ingress shop/checkout-canary, and one of that name is there")]
    public async Task WhenAnIngressOfAnotherHasTheName_ThenItIsLeftAlone(string document, string problem)
    {
        await StartAsync(canary: document);

        var reading = await _router.ReadAsync(_shop.Snapshot(), _shop.Traffic(), A.Limit());
        var result = await ApplyAsync(25, 2);

        Assert.Multiple(() =>
        {
            Assert.That(reading.Problems.Single().Message, Does.StartWith(problem));
            Assert.That(result, Is.TypeOf<WriteResult.Lost>());
            Assert.That(_shop.Cluster.Writes, Is.Empty);
        });
    }

    [TestCase("name: checkout-stable", "name: files", "no path of Ingress shop/checkout leads to Service checkout-stable, the stable side; they lead to files")]
    [TestCase("name: files", "name: checkout-canary", "Ingress shop/checkout leads to Service checkout-canary, the canary side, itself")]
    [TestCase("proxy-body-size: 8m", "canary: \"true\"", "Ingress shop/checkout has the annotation nginx.ingress.kubernetes.io/canary, so it is a canary itself")]
    public async Task WhenNoCanaryCanStandBesideTheIngress_ThenItIsSaid_AndNoneIsMade(string text, string other, string problem)
    {
        await StartAsync(Main.Replace(text, other));

        var reading = await _router.ReadAsync(_shop.Snapshot(), _shop.Traffic(), A.Limit());
        var result = await ApplyAsync(25, 2);

        Assert.Multiple(() =>
        {
            Assert.That(reading.Problems.Single().Message, Does.StartWith(problem));
            Assert.That(result, Is.TypeOf<WriteResult.Refused>());
            Assert.That(_shop.Cluster.Writes, Is.Empty);
        });
    }

    [Test]
    public async Task WhenALaterLeaderStampedTheCanary_ThenTheOneThatWokeUpChangesNothing()
    {
        await StartAsync();
        await ApplyAsync(25, 2);
        await _shop.FreezeAsync();
        Edit(document => document["metadata"]!["annotations"]!["canary.delivery/claim"] = "rollout-1/7/2");

        var result = await ApplyAsync(50, 3);

        Assert.That((result is WriteResult.Lost, Annotations()), Is.EqualTo((true, "canary=true canary-weight=25")));
    }

    [Test]
    public async Task WhenSomebodyDeletesTheCanaryIngress_ThenNothingGoesToTheCanary_AndItIsMadeAgain()
    {
        await StartAsync();
        await ApplyAsync(25, 2);
        _shop.Cluster.Delete(KnownKinds.Ingresses, "shop", "checkout-canary");
        await Eventually.ThatAsync(
            () => _shop.Caches.Cache(KnownKinds.Ingresses).Get(new ObjectName("shop", "checkout-canary")) is null, "gone");

        var route = await ReadAsync();
        var result = await ApplyAsync(25, 3);

        Assert.That((route.NamedCanaryWeight, route.Sequence), Is.EqualTo((Weight.Zero, (long?)null)));
        Assert.That(result, Is.EqualTo(new WriteResult.Applied(2)));
    }

    [TestCase("canary", null)]
    [TestCase("canary", "yes")]
    [TestCase("canary-weight", "a quarter")]
    [TestCase("canary-weight-total", "-3")]
    public async Task WhenSomebodyEditsTheAnnotations_ThenTheyAreWrittenAgain(string name, string? value)
    {
        await StartAsync();
        await ApplyAsync(25, 2);
        Edit(document =>
        {
            var annotations = document["metadata"]!["annotations"]!.AsObject();
            annotations.Remove("nginx.ingress.kubernetes.io/" + name);
            if (value is not null) annotations["nginx.ingress.kubernetes.io/" + name] = value;
        });
        await CaughtUpAsync();
        await WantAsync(25, 2);

        var route = await ReadAsync();
        await ApplyAsync(25, 2);

        Assert.That(route.IsBehind || route.NamedCanaryWeight != Weight.FromPercent(25), Is.True);
        Assert.That(Annotations(), Is.EqualTo("canary=true canary-weight=25"));
    }

    [Test]
    public async Task WhenTheRolloutGoesWhileTheIngressIsMade_ThenItIsTakenBack_AndNeverRaised()
    {
        await StartAsync();
        await _shop.FreezeAsync();
        _shop.Cluster.Refusal = (request, _) =>
        {
            // The check before the creation has been answered.
            if (request.Method == "POST") _shop.Cluster.Delete(KnownKinds.Rollouts, "shop", "checkout");
            return null;
        };

        var result = await ApplyAsync(25, 2);

        Assert.Multiple(() =>
        {
            Assert.That(result, Is.TypeOf<WriteResult.Lost>());
            Assert.That(_shop.Cluster.Writes.Select(write => write.Split(' ')[0]), Is.EqualTo(new[] { "POST", "DELETE" }));
            Assert.That(_shop.Cluster.List(KnownKinds.Ingresses).Select(Json.Name), Is.EqualTo(new[] { "checkout" }));
        });
    }

    [Test]
    public async Task WhenTheCacheDoesNotHaveTheIngressYet_ThenTheDeletionOfTheRolloutFindsItAllTheSame()
    {
        await StartAsync();
        await _shop.FreezeAsync();
        await ApplyAsync(25, 2);

        await _router.ReleaseAsync(_shop.Snapshot(), _shop.Traffic(), Weight.Zero, new Claim("rollout-1", 6, 3), A.Limit());

        Assert.That(_shop.Cluster.List(KnownKinds.Ingresses).Select(Json.Name), Is.EqualTo(new[] { "checkout" }));
    }

    [Test]
    public async Task WhenTheServerRefusesTheIngress_ThenItsWordsAreTold()
    {
        await StartAsync();
        _shop.Cluster.Refusal = (request, _) => request.Method == "POST" ? (403, "admission webhook validate.nginx denied it") : null;

        Assert.That(await ApplyAsync(25, 2),
            Is.EqualTo(new WriteResult.Refused("Ingress shop/checkout-canary: admission webhook validate.nginx denied it")));
    }

    [TestCase(0, "Ingress shop/checkout-canary deleted", null)]
    [TestCase(100, "Ingress shop/checkout-canary to 100", "canary=true canary-weight=100")]
    [TestCase(null, "", "canary=true canary-weight=25")]
    public async Task WhenTheRolloutIsDeleted_ThenTheCanaryGoesWhereItHasNoTraffic(int? second, string restored, string? left)
    {
        await StartAsync();
        await ApplyAsync(25, 2);

        var result = await _router.ReleaseAsync(_shop.Snapshot(), _shop.Traffic(), second is { } share ? Weight.FromPercent(share) : null,
            new Claim("rollout-1", 6, 3), A.Limit());

        Assert.Multiple(() =>
        {
            Assert.That((string.Join(',', result.Restored), result.Left.Count, result.Refused), Is.EqualTo((restored, 0, (string?)null)));
            Assert.That(_shop.Cluster.List(KnownKinds.Ingresses).Any(one => Json.Name(one) == "checkout-canary"),
                Is.EqualTo(left is not null));
            if (left is not null)
                Assert.That((Annotations(), Json.Text(Canary, "metadata", "annotations", "canary.delivery/claim")),
                    Is.EqualTo((left, (string?)null)));
        });
    }

    private async Task StartAsync(string main = Main, string? canary = null)
    {
        _shop = await Shop.StartAsync(cluster =>
        {
            cluster.Put(KnownKinds.Rollouts, Rollout(0, 1));
            cluster.Put(KnownKinds.Ingresses, main);
            if (canary is not null) cluster.Put(KnownKinds.Ingresses, canary);
        });
        _router = new TrafficRouter(_shop.Cluster.Client, _shop.Caches);
    }

    private async Task WantAsync(int desired, long sequence)
    {
        _shop.Cluster.Put(KnownKinds.Rollouts, Rollout(desired, sequence));
        await _shop.CaughtUpAsync(KnownKinds.Rollouts, "checkout");
    }

    private Task<WriteResult> ApplyAsync(decimal percent, long sequence) => _router.ApplyAsync(_shop.Snapshot(), _shop.Traffic(),
        RoutePlan.Only(Weight.FromPercent(percent)), new Claim("rollout-1", 6, sequence), A.Limit());

    private async Task<Canary.Core.Rollouts.RouteObservation> ReadAsync() =>
        (await _router.ReadAsync(_shop.Snapshot(), _shop.Traffic(), A.Limit())).Routes.Single();

    private async Task CaughtUpAsync()
    {
        foreach (var document in _shop.Cluster.List(KnownKinds.Ingresses))
            await _shop.CaughtUpAsync(KnownKinds.Ingresses, Json.Name(document));
    }

    private JsonObject Canary => _shop.Cluster.Get(KnownKinds.Ingresses, "shop", "checkout-canary");

    private void Edit(Action<JsonObject> change)
    {
        var document = Canary;
        change(document);
        _shop.Cluster.Put(KnownKinds.Ingresses, document);
    }

    private string Annotations() => string.Join(' ', Json.Map(Canary, "metadata", "annotations")
        .Where(one => one.Key.StartsWith("nginx.ingress.kubernetes.io/", StringComparison.Ordinal))
        .OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $"{one.Key.Split('/')[1]}={one.Value}"));

    private static string Rollout(int desired, long sequence) => $$"""
        metadata: { name: checkout, namespace: shop, uid: rollout-1 }
        spec: &spec
          traffic:
            stable: { service: checkout-stable, workload: { name: checkout-stable } }
            canary: { service: checkout-canary, workload: { name: checkout-canary } }
            nginx: { ingresses: [{ name: checkout }] }
          strategy: { canary: { steps: [{ setWeight: 5 }] } }
        status:
          startedAt: "2026-01-31T12:00:00Z"
          stableRevision: one
          canaryRevision: two
          writeSequence: {{sequence}}
          weights: { desired: {{desired}}, previous: 0 }
          accepted: *spec
        """;
}
