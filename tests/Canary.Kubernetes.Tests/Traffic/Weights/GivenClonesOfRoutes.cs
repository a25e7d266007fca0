using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Traffic;
using Canary.Kubernetes.Traffic.Contour;
using Canary.Kubernetes.Traffic.Smi;
using Canary.Kubernetes.Traffic.Traefik;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Traffic.Weights;

/// <summary>Header and mirror routes in an IngressRoute and an HTTPProxy, whose routes have no names; and entries that wait to be
/// removed.</summary>
public sealed class GivenClonesOfRoutes
{
    private const string IngressRoute = """
        metadata: { name: r, namespace: shop, resourceVersion: "9" }
        spec:
          routes:
          - { kind: Rule, match: "Host(`a`)", middlewares: [{ name: compress }], services: [{ name: stable, port: 80, weight: 4 }] }
          - { kind: Rule, match: "Host(`a`) && PathPrefix(`/admin`)", services: [{ name: admin, port: 80 }] }
        """;

    private const string HttpProxy = """
        metadata: { name: r, namespace: shop, resourceVersion: "9" }
        spec:
          routes:
          - conditions: [{ prefix: /api }]
            timeoutPolicy: { response: 5s }
            services: [{ name: stable, port: 80, weight: 100 }, { name: canary, port: 81, weight: 0 }]
          - conditions: [{ prefix: /admin }, { header: { name: x-role, exact: admin } }]
            services: [{ name: admin, port: 80 }]
        """;

    private static readonly TrafficSpec Sides =
        new(new SideSpec("stable", null, null), new SideSpec("canary", null, null), new SmiSpec([]));

    private static readonly HeaderRoute Staff = Header("staff", "x-staff");

    private static readonly RolloutStatus Wanting5 =
        RolloutStatus.New with { Weights = new WeightStatus(Weight.FromPercent(5), Weight.Zero, null) };

    [Test]
    public void WhenAnIngressRouteGetsAHeaderRoute_ThenItsRuleIsNarrower_AndItsPriorityTheNextAboveItsBase()
    {
        var managed = new ManagedRoutes([Staff, Header("beta", "x-beta")], []);

        var route = Write(TraefikKinds.IngressRoutes.Kind, IngressRoute, managed, 0)["spec"]!["routes"]!.AsArray();

        Assert.That(route.Select(one => (string?)one!["match"]), Is.EqualTo(new[]
        {
            "(Host(`a`)) && ((Header(`x-staff`, `yes`))) && !Header(`X-Canary-Delivery`, `header.staff`)",
            "(Host(`a`)) && ((Header(`x-beta`, `yes`))) && !Header(`X-Canary-Delivery`, `header.beta`)",
            "Host(`a`)",
            "Host(`a`) && PathPrefix(`/admin`)",
        }));
        Assert.That(route.Select(one => (long?)one!["priority"]), Is.EqualTo(new long?[] { 11, 10, null, null }), "the base has 9 letters");
        Assert.That(route[0]!["services"]!.ToJsonString(), Is.EqualTo("""[{"name":"canary","port":80}]"""));
        Assert.That(route[0]!["middlewares"]!.ToJsonString(), Is.EqualTo("""[{"name":"compress"}]"""));
        Assert.That(route[2]!["services"]!.ToJsonString(), Is.EqualTo("""[{"name":"stable","port":80,"weight":4}]"""));
    }

    [Test]
    public void WhenAnotherRouteHasThePriority_OrRequestsAreToBeCopied_ThenTheIngressRouteSaysWhyNot()
    {
        var taken = Yaml.Object(IngressRoute);
        taken["spec"]!["routes"]![1]!["priority"] = 10;
        var named = Named(TraefikKinds.IngressRoutes.Kind, taken);

        Assert.That(named.CheckManaged(taken, new ManagedRoutes([Staff], [])).Single().ToString(),
            Does.StartWith("spec.traffic.traefik.objects[0].matches: ").And.Contain("its priority is 9").And.Contain("further apart"));
        Assert.That(named.CheckManaged(Yaml.Object(IngressRoute), new ManagedRoutes([], [new MirrorRoute("m", Weight.Full, [])]))
            .Single().Message, Does.Contain("TraefikService of its own"));
    }

    [TestCase("v2", "Host(`a`)")]
    [TestCase(null, "Host(`a`) && Headers(`x-shop`, `b`)")]
    [TestCase(null, "Host(`a`) && HeadersRegexp(`x-shop`, `b.*`)")]
    public void WhenTheSyntaxIsThatOfTraefik2_ThenSoAreTheMatchers(string? syntax, string match)
    {
        var document = Yaml.Object(IngressRoute);
        if (syntax is not null) document["spec"]!["routes"]![0]!["syntax"] = syntax;
        document["spec"]!["routes"]![0]!["match"] = match;
        var cookie = new HeaderRoute("c", [new RequestMatch([new HeaderTest("group", true, new TextTest(TextTestKind.Exact, "a"))])]);

        var rule = (string)Write(TraefikKinds.IngressRoutes.Kind, document.ToJsonString(), new ManagedRoutes([cookie], []), 0)["spec"]!
            ["routes"]![0]!["match"]!;

        Assert.That(rule, Does.Contain(@"HeadersRegexp(`Cookie`, `^(?:^(.*;\s*)?group=a(;.*)?$)$`)")
            .And.Contain("!Headers(`X-Canary-Delivery`"));
    }

    [Test]
    public void WhenAnHttpProxyGetsHeaderAndMirrorRoutes_ThenEachHasTheMarkAndItsConditions()
    {
        var routes = Write(ContourDescriptor.HttpProxies.Kind, HttpProxy,
            new ManagedRoutes([Staff], [new MirrorRoute("shadow", Weight.FromPercent(10), [])]), 5)["spec"]!["routes"]!.AsArray();

        Assert.That(routes[0]!["conditions"]!.ToJsonString(), Is.EqualTo("""[{"prefix":"/api"},{"header":"""
            + """{"name":"x-canary-delivery-header-staff-0","notpresent":true}},{"header":{"name":"x-staff","exact":"yes"}}]"""));
        Assert.That(routes[0]!["services"]!.ToJsonString(), Is.EqualTo("""[{"name":"canary","port":81}]"""));
        Assert.That(routes[1]!["services"]!.ToJsonString(), Is.EqualTo("""[{"name":"stable","port":80,"weight":95},"""
            + """{"name":"canary","port":81,"weight":5},{"name":"canary","port":81,"weight":10,"mirror":true}]"""));
        Assert.That(routes.Take(3).Select(one => one!["timeoutPolicy"]!.ToJsonString()), Is.All.EqualTo("""{"response":"5s"}"""));
        Assert.That(routes, Has.Count.EqualTo(4));
    }

    [TestCase("/api", "it could take requests from the route with")]
    [TestCase("/other", null)]
    public void WhenAClonesConditionsCouldWinOverAnotherRoute_ThenItIsRefused(string path, string? said)
    {
        var document = Yaml.Object(HttpProxy);
        document["spec"]!["routes"]![1]!["conditions"]![0]!["prefix"] = path;

        var problems = Named(ContourDescriptor.HttpProxies.Kind, document).CheckManaged(document, new ManagedRoutes([Staff], []));

        Assert.That(problems.Select(problem => problem.Message), said is null ? Is.Empty : Has.One.Contains(said));
    }

    // Contour asks for a method first, then counts headers, then query parameters.
    [TestCase("queryParameter: { name: beta, exact: 'yes' }", true, TestName = "a query parameter")]
    [TestCase("header: { name: x-role, exact: admin }", true, TestName = "a header")]
    [TestCase("header: { name: x-staff, exact: 'no' }", false, TestName = "a header that no request of the clone has")]
    [TestCase("header: { name: ':method', exact: POST }", false, TestName = "a method")]
    public void WhenAnotherRouteOfThePathWinsOverTheBase_ThenNoCloneTakesItsRequests(string condition, bool isRefused)
    {
        var document = Yaml.Object(HttpProxy);
        document["spec"]!["routes"]![1]!["conditions"] = Yaml.Object($"conditions: [{{ prefix: /api }}, {{ {condition} }}]")["conditions"]!
            .DeepClone();

        var problems = Named(ContourDescriptor.HttpProxies.Kind, document).CheckManaged(document, new ManagedRoutes([Staff], []));

        Assert.That(problems, Has.Count.EqualTo(isRefused ? 1 : 0));
    }

    [TestCase("queryParameter: { name: beta, exact: 'yes' }", true, TestName = "a mirror and a query parameter")]
    [TestCase("header: { name: x-role, exact: admin }", true, TestName = "a mirror and a header")]
    [TestCase("header: { name: ':method', exact: POST }", false, TestName = "a mirror and a method")]
    public void WhenAMirrorOfAllRequestsIsBesideSuchARoute_ThenItTakesNoneOfItsRequests(string condition, bool isRefused)
    {
        var document = Yaml.Object(HttpProxy);
        document["spec"]!["routes"]![1]!["conditions"] = Yaml.Object($"conditions: [{{ prefix: /api }}, {{ {condition} }}]")["conditions"]!
            .DeepClone();
        var mirror = new ManagedRoutes([], [new MirrorRoute("shadow", Weight.FromPercent(10), [])]);

        var problems = Named(ContourDescriptor.HttpProxies.Kind, document).CheckManaged(document, mirror);

        Assert.That(problems, Has.Count.EqualTo(isRefused ? 1 : 0));
    }

    [Test]
    public void WhenTheRoutesAreToldApartByQueryParametersThatExcludeEachOther_ThenThereIsAHeaderRoute()
    {
        var document = Yaml.Object(HttpProxy);
        foreach (var (index, value) in new[] { "one", "two" }.Index())
            document["spec"]!["routes"]![index]!["conditions"] =
                Yaml.Object($"conditions: [{{ prefix: /api }}, {{ queryParameter: {{ name: shop, exact: {value} }} }}]")["conditions"]!
                    .DeepClone();

        var problems = Named(ContourDescriptor.HttpProxies.Kind, document).CheckManaged(document, new ManagedRoutes([Staff], []));

        Assert.That(problems, Is.Empty);
    }

    [Test]
    public void WhenASideHasWeightZeroInTheList_ThenItIsWrittenAgainWithoutIt()
    {
        var document = Yaml.Object("""
            metadata: { name: r, namespace: shop, resourceVersion: "9" }
            spec: { weighted: { services: [{ name: stable, port: 80, weight: 100 }, { name: canary, port: 80, weight: 0 }] } }
            """);
        var named = Named(TraefikKinds.TraefikServices.Kind, document);

        var route = named.Read(document, RolloutStatus.New).Routes.Single();
        var written = JsonPatchApplier.Apply(document,
            named.ForPlan(document, RoutePlan.Only(Weight.Zero), new Claim("u", 3, 2)).Operations);

        Assert.That((route.NamedCanaryWeight, route.IsBehind), Is.EqualTo((Weight.Zero, true)), "without pods it takes the list away");
        Assert.That(named.Read(document, RolloutStatus.New).Obstacles.Single().Message, Does.Contain("canary:80").And.Contain("in Git"));
        Assert.That(named.Check(document), Has.Count.EqualTo(1), "lint says so before it is applied");
        Assert.That(named.Read(document, Wanting5).Obstacles, Is.Empty, "one that is to be written is gone by that");
        Assert.That(named.Read(written, RolloutStatus.New).Obstacles.Concat(named.Check(written)), Is.Empty);
        Assert.That(named.Read(written, RolloutStatus.New).Routes.Single().IsBehind, Is.False);
        Assert.That(Json.Objects(written, "spec", "weighted", "services").Select(one => Json.Text(one, "name")),
            Is.EqualTo(new[] { "stable" }));
    }

    [TestCase(100, 0)]
    [TestCase(0, 100)]
    public void WhenTheEntryOfWeightZeroDiffersFromTheOther_ThenItStays_AndSoDoesWhatIsSaidOfIt(int stable, int canary)
    {
        var document = Yaml.Object($$"""
            metadata: { name: r, namespace: shop, resourceVersion: "9" }
            spec:
              weighted:
                services:
                - { name: stable, port: 80, weight: {{stable}} }
                - { name: canary, port: 8080, weight: {{canary}} }
            """);
        var named = Named(TraefikKinds.TraefikServices.Kind, document);
        var plan = RoutePlan.Only(Weight.FromPercent(canary));

        var before = named.Read(document, RolloutStatus.New);
        var written = JsonPatchApplier.Apply(document, named.ForPlan(document, plan, new Claim("u", 3, 2)).Operations);
        var after = named.Read(written, RolloutStatus.New);

        Assert.That(before.Obstacles.Single().Message, Does.Contain("differ in more than name"));
        Assert.That(JsonNode.DeepEquals(written["spec"], document["spec"]), Is.True, "a copy of the other would have its port");
        Assert.That(after.Obstacles, Is.EqualTo(before.Obstacles));
        Assert.That(after.Routes.Single().IsBehind, Is.False, "nothing is left to be written");
    }

    [Test]
    public void WhenEntriesDifferAndTheCanaryIsRolledBack_ThenItsEntryGoes()
    {
        var document = Yaml.Object("""
            metadata: { name: r, namespace: shop, resourceVersion: "9" }
            spec: { weighted: { services: [{ name: stable, port: 80, weight: 90 }, { name: canary, port: 8080, weight: 10 }] } }
            """);

        var written = JsonPatchApplier.Apply(document, Named(TraefikKinds.TraefikServices.Kind, document)
            .ForPlan(document, RoutePlan.Only(Weight.Zero), new Claim("u", 3, 2)).Operations);

        Assert.That(written["spec"]!["weighted"]!["services"]!.ToJsonString(),
            Is.EqualTo("""[{"name":"stable","port":80,"weight":100}]"""), "its pods go, and would take the list away");
    }

    private static HeaderRoute Header(string name, string header) =>
        new(name, [new RequestMatch([new HeaderTest(header, false, new TextTest(TextTestKind.Exact, "yes"))])]);

    private static WeightedDocument Named(string kind, JsonObject document) =>
        WeightedKind.All.Single(one => one.Kind.Kind == kind).Document(document, Sides);

    private static JsonObject Write(string kind, string text, ManagedRoutes managed, int percent)
    {
        var document = Yaml.Object(text);
        return JsonPatchApplier.Apply(document, Named(kind, document).ForPlan(document,
            new RoutePlan(Weight.FromPercent(percent), managed, Side.NamedCanary), new Claim("u", 3, 2)).Operations);
    }
}
