using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Traffic;
using Canary.Kubernetes.Traffic.Istio;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Traffic;

/// <summary>Header and mirror routes in a VirtualService: clones before the routes of the user.</summary>
public sealed class GivenManagedRoutes
{
    private const string Http = """
        http:
        - name: admin
          match: [{ uri: { prefix: /admin } }]
          route: [{ destination: { host: admin } }]
        - name: primary
          match: [{ uri: { prefix: /api }, port: 80 }, { uri: { exact: /health } }]
          timeout: 5s
          retries: { attempts: 3 }
          corsPolicy: { allowOrigins: [{ exact: a }] }
          fieldOfTomorrow: { a: 1 }
          route:
          - { destination: { host: stable }, weight: 100 }
          - { destination: { host: canary, port: { number: 80 } }, weight: 0, headers: { request: { set: { x: "1" } } } }
        - name: rest
          route: [{ destination: { host: rest } }]
        """;

    private static readonly Claim Claim = new("u", 3, 2);
    private static readonly TrafficSpec Traffic =
        new(new SideSpec("stable", null, null), new SideSpec("canary", null, null), new IstioSpec([], null));

    private static readonly HeaderRoute Staff = Header("staff", "x-staff", "yes");

    [Test]
    public void WhenAHeaderRouteIsSet_ThenACloneWithEveryFieldStandsDirectlyBeforeItsRoute()
    {
        var written = Write(Document(Http), new ManagedRoutes([Staff], []), 0);

        Assert.That(Names(written), Is.EqualTo(new[] { "admin", "canary.delivery/header/staff/primary", "primary", "rest" }));
        var clone = written["spec"]!["http"]![1]!;
        Assert.That(clone["match"]!.ToJsonString(), Is.EqualTo("""
            [{"uri":{"prefix":"/api"},"port":80,"headers":{"x-staff":{"exact":"yes"}}},{"uri":{"exact":"/health"},"headers":{"x-staff":{"exact":"yes"}}}]
            """.Trim()));
        Assert.That(clone["route"]!.ToJsonString(), Is.EqualTo("""
            [{"destination":{"host":"canary","port":{"number":80}},"headers":{"request":{"set":{"x":"1"}}}}]
            """.Trim()));
        foreach (var field in new[] { "timeout", "retries", "corsPolicy", "fieldOfTomorrow" })
            Assert.That(JsonNode.DeepEquals(clone[field], written["spec"]!["http"]![2]![field]), Is.True, field);
    }

    [Test]
    public void WhenARouteIsMirrored_ThenItsCloneHasTheWeightsOfItsBase_AlsoAfterTheyMove()
    {
        var managed = new ManagedRoutes([], [new MirrorRoute("shadow", Weight.FromPercent(12.5m), [])]);
        var written = Write(Write(Document(Http), managed, 0), managed, 20);

        Assert.That(Names(written), Is.EqualTo(new[] { "admin", "canary.delivery/mirror/shadow/primary", "primary", "rest" }));
        var clone = written["spec"]!["http"]![1]!;
        Assert.That(JsonNode.DeepEquals(clone["route"], written["spec"]!["http"]![2]!["route"]), Is.True);
        Assert.That(clone["route"]![1]!["weight"]!.ToJsonString(), Is.EqualTo("20"));
        Assert.That(clone["mirror"]!.ToJsonString(), Is.EqualTo("""{"host":"canary","port":{"number":80}}"""));
        Assert.That(clone["mirrorPercentage"]!.ToJsonString(), Is.EqualTo("""{"value":12.5}"""));
    }

    [TestCase("mirror: { host: audit }", """[{"destination":{"host":"audit"}},{"destination":{"host":"canary"},"percentage":{"value":10}}]""")]
    [TestCase("mirror: { host: audit }\n  mirrorPercentage: { value: 5 }",
        """[{"destination":{"host":"audit"},"percentage":{"value":5}},{"destination":{"host":"canary"},"percentage":{"value":10}}]""")]
    [TestCase("mirrors: [{ destination: { host: audit } }]",
        """[{"destination":{"host":"audit"}},{"destination":{"host":"canary"},"percentage":{"value":10}}]""")]
    public void WhenTheUserMirrorsToo_ThenBothGetCopies(string mirror, string expected)
    {
        var document = Document($$"""
            http:
            - route: [{ destination: { host: stable }, weight: 100 }, { destination: { host: canary }, weight: 0 }]
              {{mirror}}
            """);
        var written = Write(document, new ManagedRoutes([], [new MirrorRoute("shadow", Weight.FromPercent(10), [])]), 0, named: false);

        var clone = written["spec"]!["http"]![0]!;
        Assert.That(clone["mirrors"]!.ToJsonString(), Is.EqualTo(expected));
        Assert.That((clone["mirror"], clone["mirrorPercentage"]), Is.EqualTo(((JsonNode?)null, (JsonNode?)null)));
        Assert.That((string?)clone["name"], Is.EqualTo("canary.delivery/mirror/shadow"));
    }

    [TestCase("exact", "a.b", @"^(.*;\s*)?group=a\.b(;.*)?$")]
    [TestCase("prefix", "a", @"^(.*;\s*)?group=a[^;]*(;.*)?$")]
    [TestCase("regex", "^[0-4]+$", @"^(.*;\s*)?group=(?:[0-4]+)(;.*)?$")]
    public void WhenACookieIsLookedFor_ThenItIsOneAmongAll(string kind, string text, string expected)
    {
        var test = new TextTest(System.Enum.Parse<TextTestKind>(kind, true), text);
        var route = new HeaderRoute("group", [new RequestMatch([new HeaderTest("group", true, test)])]);
        var written = Write(Document(Http), new ManagedRoutes([route], []), 0);

        Assert.That((string?)written["spec"]!["http"]![1]!["match"]![0]!["headers"]!["cookie"]!["regex"], Is.EqualTo(expected));
    }

    [TestCase("match: [{ headers: { X-Staff: { exact: no } } }]", "has a condition of its own on header X-Staff")]
    [TestCase("match: [{ withoutHeaders: { X-Staff: {} } }]", "on header X-Staff in withoutHeaders")]
    [TestCase("match: [{ withoutHeaders: { x-staff: { exact: yes } } }]", "on header x-staff in withoutHeaders")]
    [TestCase("match: [{ withoutHeaders: { x-staff: { prefix: y } } }]", "on header x-staff in withoutHeaders")]
    [TestCase("match: [{ withoutHeaders: { x-staff: { exact: no }, other: {} } }]", null)]
    [TestCase("match: [{ headers: { x-staff: { exact: yes } } }]", null, Description = "the same condition twice is one")]
    public void WhenTheRouteAsksForTheHeaderItself_ThenTheProblemSaysSo(string match, string? expected)
    {
        var document = Document($$"""
            http:
            - {{match}}
              route: [{ destination: { host: stable }, weight: 100 }, { destination: { host: canary }, weight: 0 }]
            """.Replace("exact: yes", "exact: \"yes\"", System.StringComparison.Ordinal)
            .Replace("exact: no", "exact: \"no\"", System.StringComparison.Ordinal));
        var found = Find(document, named: false);

        var problems = IstioManagedRoutes.List.Arrange(Http1(document), found.Routes,
            new ManagedRoutes([Staff], []), Side.NamedCanary).Problems;

        Assert.That(problems.SingleOrDefault(), expected is null ? Is.Null : Does.Contain(expected));
    }

    [TestCase("uri: { prefix: /api }", "", "/api/v1", null)]
    [TestCase("uri: { prefix: /api }", "rewrite: { uri: / }", "/api/v1", "has a uri of its own")]
    [TestCase("uri: { prefix: /other }", "", "/api/v1", "has a uri of its own")]
    [TestCase("port: 80", "rewrite: { uri: / }", "/api/v1", "is of a route with a rewrite")]
    [TestCase("port: 80", "", "/api/v1", null)]
    public void WhenCopiesAreOfAPath_ThenItIsWithinThatOfTheRoute(string match, string rewrite, string path, string? expected)
    {
        var document = Document($$"""
            http:
            - match: [{ {{match}} }]
              {{rewrite}}
              route: [{ destination: { host: stable }, weight: 100 }, { destination: { host: canary }, weight: 0 }]
            """);
        var mirror = new MirrorRoute("shadow", Weight.Full, [new RequestMatch([], null, new TextTest(TextTestKind.Prefix, path))]);

        var (routes, problems) = IstioManagedRoutes.List.Arrange(Http1(document), Find(document, named: false).Routes,
            new ManagedRoutes([], [mirror]), Side.NamedCanary);

        Assert.That(problems.SingleOrDefault(), expected is null ? Is.Null : Does.Contain(expected));
        if (expected is null) Assert.That((string?)routes[0]!["match"]![0]!["uri"]!["prefix"], Is.EqualTo(path));
    }

    [Test]
    public void WhenTheBaseChanges_ThenTheCloneIsNotWhatIsWanted_AndIsMadeAnew()
    {
        var managed = new ManagedRoutes([Staff], []);
        var written = Write(Document(Http), managed, 0);
        written["spec"]!["http"]![2]!["timeout"] = "9s";
        Assert.That(Shown(written, managed), Is.Null);

        written = Write(written, managed, 0);

        Assert.That(Shown(written, managed), Is.EqualTo(managed));
        Assert.That((string?)written["spec"]!["http"]![1]!["timeout"], Is.EqualTo("9s"));
    }

    [Test]
    public void WhenTheBaseIsGone_ThenARollbackTakesTheCloneOffAllTheSame()
    {
        var written = Write(Document(Http), new ManagedRoutes([Staff], []), 0);
        written["spec"]!["http"]!.AsArray().RemoveAt(2);

        var patch = WeightPatch.ForPlan(written, Find(written).Routes, RoutePlan.Only(Weight.Zero), Claim with { Sequence = 3 },
            IstioManagedRoutes.List);

        Assert.That(Names(JsonPatchApplier.Apply(written, patch)), Is.EqualTo(new[] { "admin", "rest" }));
    }

    [Test]
    public void WhenTheListChangedSinceItWasRead_ThenThePatchIsRefused()
    {
        var document = Document(Http);
        var patch = WeightPatch.ForPlan(document, Find(document).Routes, Plan(new ManagedRoutes([Staff], []), 0), Claim,
            IstioManagedRoutes.List);
        document["spec"]!["http"]![0]!["timeout"] = "1s";

        Assert.That(() => JsonPatchApplier.Apply(document, patch), Throws.Exception);
    }

    [Test]
    public void WhenTheCanaryHasTheOtherName_ThenTheCloneSendsThere()
    {
        var document = Document(Http);
        var plan = new RoutePlan(Weight.Full, new ManagedRoutes([Staff], []), Side.NamedStable);
        var written = JsonPatchApplier.Apply(document, WeightPatch.ForPlan(document, Find(document).Routes, plan, Claim,
            IstioManagedRoutes.List));

        Assert.That((string?)written["spec"]!["http"]![1]!["route"]![0]!["destination"]!["host"], Is.EqualTo("stable"));
    }

    private static JsonObject Write(JsonObject document, ManagedRoutes managed, int percent, bool named = true) => JsonPatchApplier.Apply(
        document, WeightPatch.ForPlan(document, Find(document, named).Routes, Plan(managed, percent), Claim, IstioManagedRoutes.List));

    private static ManagedRoutes? Shown(JsonObject document, ManagedRoutes known) =>
        IstioManagedRoutes.List.Find(Http1(document), Find(document).Routes, [known], Side.NamedCanary);

    private static RoutePlan Plan(ManagedRoutes managed, int percent) => new(Weight.FromPercent(percent), managed, Side.NamedCanary);

    private static WeightedRoutes Find(JsonObject document, bool named = true) =>
        IstioRoutes.Find(document, new VirtualServiceReference("v", named ? ["primary"] : []), Traffic, "shop", "p");

    private static JsonArray Http1(JsonObject document) => (JsonArray)document["spec"]!["http"]!;

    private static string?[] Names(JsonObject document) => [.. Http1(document).Select(route => Json.Text(route, "name"))];

    private static HeaderRoute Header(string name, string header, string value) =>
        new(name, [new RequestMatch([new HeaderTest(header, false, new TextTest(TextTestKind.Exact, value))])]);

    private static JsonObject Document(string spec) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "v", ["namespace"] = "shop", ["resourceVersion"] = "9" },
        ["spec"] = Yaml.Object(spec),
    };
}
