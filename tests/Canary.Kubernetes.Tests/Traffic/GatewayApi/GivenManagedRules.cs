using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Traffic;
using Canary.Kubernetes.Traffic.GatewayApi;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Traffic.GatewayApi;

/// <summary>Header and mirror routes in an HTTPRoute: clones of the user's rules that win by their matches.</summary>
public sealed class GivenManagedRules
{
    private const string Rules = """
        rules:
        - name: admin
          matches: [{ path: { type: PathPrefix, value: /admin } }]
          backendRefs: [{ name: admin, port: 80 }]
        - name: primary
          matches:
          - { path: { type: PathPrefix, value: /api }, queryParams: [{ name: v, value: "1" }] }
          - { path: { type: Exact, value: /health } }
          timeouts: { request: 5s }
          retry: { attempts: 3 }
          sessionPersistence: { sessionName: s }
          filters: [{ type: RequestHeaderModifier, requestHeaderModifier: { set: [{ name: x, value: "1" }] } }]
          backendRefs:
          - { name: stable, port: 80, weight: 100 }
          - { name: canary, port: 8080, weight: 0, filters: [{ type: RequestHeaderModifier, requestHeaderModifier: { remove: [y] } }] }
        - name: rest
          backendRefs: [{ name: rest, port: 80 }]
        """;

    private static readonly TrafficSpec Traffic =
        new(new SideSpec("stable", null, null), new SideSpec("canary", null, null), new GatewaySpec([]));

    private static readonly HeaderRoute Staff = Header("staff", "x-staff", new TextTest(TextTestKind.Exact, "yes"));

    [Test]
    public void WhenAHeaderRouteIsSet_ThenACloneWithEveryFieldStandsAtTheEnd_WithEachMatchNarrowed()
    {
        var written = Write(Document(Rules), new ManagedRoutes([Staff], []));

        Assert.That(Names(written), Is.EqualTo(new[] { "admin", "primary", "rest", "canary.delivery.header.staff.primary" }));
        var (rules, clone) = (written["spec"]!["rules"]!, written["spec"]!["rules"]![3]!);
        Assert.That(clone["matches"]!.AsArray().Select(match => match!["headers"]!.ToJsonString()),
            Has.Exactly(2).EqualTo("""[{"type":"Exact","name":"x-staff","value":"yes"}]"""));
        Assert.That(clone["matches"]![0]!["queryParams"]!.ToJsonString(), Is.EqualTo("""[{"name":"v","value":"1"}]"""));
        Assert.That(clone["backendRefs"]!.AsArray().Single()!.ToJsonString(), Does.StartWith("""{"name":"canary","port":8080,"weight":1,""")
            .And.Contain("""{"remove":["y"]}"""));
        foreach (var field in new[] { "timeouts", "retry", "sessionPersistence", "filters" })
            Assert.That(JsonNode.DeepEquals(clone[field], rules[1]![field]), Is.True, field);
    }

    [Test]
    public void WhenAllRequestsAreMirrored_ThenTheCloneStandsBeforeItsRule_WithItsWeights()
    {
        var managed = new ManagedRoutes([], [new MirrorRoute("shadow", Weight.FromPercent(12.5m), [])]);
        var written = Write(Write(Document(Rules), managed), managed, 20);

        Assert.That(Names(written), Is.EqualTo(new[] { "admin", "canary.delivery.mirror.shadow.primary", "primary", "rest" }));
        var (clone, own) = (written["spec"]!["rules"]![1]!, written["spec"]!["rules"]![2]!);
        Assert.That(JsonNode.DeepEquals(clone["backendRefs"], own["backendRefs"]), Is.True);
        var mirror = clone["filters"]![1]!["requestMirror"]!;
        Assert.That(mirror["backendRef"]!.ToJsonString(), Is.EqualTo("""{"group":"","kind":"Service","name":"canary","port":8080}"""));
        Assert.That(mirror["fraction"]!.ToJsonString(), Is.EqualTo("""{"numerator":1250,"denominator":10000}"""));
    }

    [TestCase(100, null)]
    [TestCase(7, "7")]
    public void WhenTheShareOfCopiesIsWhole_ThenItIsAPercentage_AndAllNeedsNone(int percent, string? expected)
    {
        var written = Write(Document(Rules), new ManagedRoutes([], [new MirrorRoute("shadow", Weight.FromPercent(percent), [])]));

        Assert.That(written["spec"]!["rules"]![1]!["filters"]![1]!["requestMirror"]!["percent"]?.ToJsonString(), Is.EqualTo(expected));
    }

    [Test]
    public void WhenARuleOfOthersWouldLoseRequests_ThenTheRouteIsRefused()
    {
        var document = Document("""
            rules:
            - matches: [{ path: { type: PathPrefix, value: / } }]
              backendRefs: [{ name: stable, port: 80, weight: 100 }, { name: canary, port: 80, weight: 0 }]
            - name: partners
              matches: [{ path: { type: PathPrefix, value: / }, method: GET }]
              backendRefs: [{ name: partners, port: 80 }]
            """);
        var read = new HeaderRoute("read", [new RequestMatch([], new TextTest(TextTestKind.Exact, "GET")),
            new RequestMatch([new HeaderTest("a", false, new TextTest(TextTestKind.Exact, "b"))],
                new TextTest(TextTestKind.Exact, "GET"))]);

        Assert.That(Problems(document, new ManagedRoutes([read], [])).Single(), Does.Contain("header route read").And.Contain("partners"));
        Assert.That(Problems(document, new ManagedRoutes([Staff], [])), Is.Empty,
            "the method of partners wins over a header, and loses nothing");
    }

    [Test]
    public void WhenAMirrorIsMoreSpecificThanAHeaderRoute_ThenItIsRefused()
    {
        var two = new RequestMatch([new HeaderTest("a", false, new TextTest(TextTestKind.Exact, "1")),
            new HeaderTest("b", false, new TextTest(TextTestKind.Exact, "2"))]);

        Assert.That(Problems(Document(Rules), new ManagedRoutes([Staff], [new MirrorRoute("shadow", Weight.Full, [two])])).Single(),
            Does.Contain("mirror route shadow").And.Contain("more specific than a header route"));
    }

    [TestCase(TextTestKind.Regex, "/api/.*", "by an expression")]
    [TestCase(TextTestKind.Prefix, "/other", "leave the path out")]
    [TestCase(TextTestKind.Prefix, "/apiary", "leave the path out")]
    public void WhenAPathIsNotWithinTheRules_ThenItIsRefused(TextTestKind kind, string path, string expected)
    {
        var route = new HeaderRoute("part", [new RequestMatch([], null, new TextTest(kind, path))]);

        Assert.That(Problems(Document(Rules), new ManagedRoutes([route], [])).Single(), Does.Contain(expected));
    }

    [Test]
    public void WhenThereWouldBeTooManyRules_ThenItIsRefusedBeforeTheServerDoes()
    {
        var rules = string.Join('\n', Enumerable.Range(0, 15).Select(index =>
            $"- {{ name: r{index}, matches: [{{ path: {{ type: Exact, value: /{index} }} }}], "
                + "backendRefs: [{ name: rest, port: 80 }] }"));
        var document = Document($"rules:\n{rules}\n- backendRefs: [{{ name: stable, weight: 1 }}, {{ name: canary, weight: 0 }}]");

        Assert.That(Problems(document, new ManagedRoutes([Staff], [])).Single(), Does.Contain("16 rules and would have 17"));
        Assert.That(JsonNode.DeepEquals(Write(document, new ManagedRoutes([Staff], []))["spec"], document["spec"]), Is.True);
    }

    [Test]
    public void WhenACookieOrAPrefixIsAskedFor_ThenAnExpressionFindsIt()
    {
        var route = new HeaderRoute("group", [new RequestMatch([new HeaderTest("group", true, new TextTest(TextTestKind.Exact, "a.b"))]),
            new RequestMatch([new HeaderTest("x-team", false, new TextTest(TextTestKind.Prefix, "pay"))])]);

        var matches = Write(Document("rules: [{ backendRefs: [{ name: stable, weight: 1 }, { name: canary, weight: 0 }] }]"),
            new ManagedRoutes([route], []))["spec"]!["rules"]![1]!["matches"]!;

        Assert.That(matches[0]!["headers"]![0]!.ToJsonString(), Does.Contain("RegularExpression").And.Contain("group=a"));
        Assert.That((string)matches[1]!["headers"]![0]!["value"]!, Is.EqualTo("pay.*"));
        Assert.That((string)matches[1]!["path"]!["value"]!, Is.EqualTo("/"), "what the API means is written out, as the server would");
    }

    [Test]
    public void WhenAllAreRemoved_ThenTheRulesAreAsTheyWere()
    {
        var original = Document(Rules);
        var managed = new ManagedRoutes([Staff], [new MirrorRoute("shadow", Weight.Full, [])]);

        var removed = Write(Write(original, managed), ManagedRoutes.None);

        Assert.That(JsonNode.DeepEquals(removed["spec"], original["spec"]), Is.True);
    }

    private static HeaderRoute Header(string name, string header, TextTest test) =>
        new(name, [new RequestMatch([new HeaderTest(header, false, test)])]);

    private static string[] Problems(JsonObject document, ManagedRoutes managed) =>
        [.. GatewayManagedRules.List.Arrange((JsonArray)document["spec"]!["rules"]!, Find(document), managed, Side.NamedCanary).Problems];

    private static JsonObject Write(JsonObject document, ManagedRoutes managed, int percent = 0) => JsonPatchApplier.Apply(document,
        WeightPatch.ForPlan(document, Find(document), new RoutePlan(Weight.FromPercent(percent), managed, Side.NamedCanary),
            new Claim("u", 3, 2), GatewayManagedRules.List));

    private static System.Collections.Generic.IReadOnlyList<WeightedRoute> Find(JsonObject document) =>
        GatewayRules.Find(document, new RouteReference("HTTPRoute", "r", []), Traffic, "shop", "p").Routes;

    private static string?[] Names(JsonObject document) =>
        [.. Json.Objects(document, "spec", "rules").Select(rule => Json.Text(rule, "name"))];

    private static JsonObject Document(string spec) => Yaml.Object(
        "metadata: { name: r, namespace: shop, resourceVersion: \"9\" }\nspec:\n  "
            + spec.Replace("\n", "\n  ", System.StringComparison.Ordinal));
}
