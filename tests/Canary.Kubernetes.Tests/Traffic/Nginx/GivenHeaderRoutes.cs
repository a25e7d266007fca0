using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Traffic.Nginx;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Traffic.Nginx;

/// <summary>Header routes as annotations, the spec of the router, and documents that nobody meant.</summary>
public sealed class GivenHeaderRoutes
{
    private static readonly CanaryIngress Ingress = NginxDescriptor.Canaries(
        new TrafficSpec(new SideSpec("stable", null, null), new SideSpec("canary", null, null), new NginxSpec(["web"])), "shop").Single();

    [TestCase("is yes", "canary-by-header=x-staff canary-by-header-value=yes")]
    [TestCase("begins with a.b", @"canary-by-header=x-staff canary-by-header-pattern=^a\.b")]
    [TestCase("matches a|b", "canary-by-header=x-staff canary-by-header-pattern=^(?:a|b)$")]
    public void WhenAHeaderIsMatched_ThenItsAnnotationsAreWritten_AndReadBack(string test, string annotations)
    {
        var managed = Header(Match(new HeaderTest("x-staff", false, Text(test))));

        var written = Written(managed);

        Assert.That(Annotations(written), Is.EqualTo(annotations));
        Assert.That(Ingress.Read(written, null, Wanting(managed)).Managed, Is.EqualTo(managed));
        Assert.That(Annotations(Written(ManagedRoutes.None, written)), Is.Empty);
    }

    [Test]
    public void WhenAHeaderOrACookieIsMatched_ThenBothAreWritten()
    {
        var managed = Header(Match(new HeaderTest("x-staff", false, Text("is yes"))),
            Match(new HeaderTest("beta", true, Text("is always"))));

        Assert.That(Annotations(Written(managed)),
            Is.EqualTo("canary-by-cookie=beta canary-by-header=x-staff canary-by-header-value=yes"));
    }

    [Test]
    public void WhenAMatchCannotBeWritten_ThenItIsSaid()
    {
        var header = new HeaderTest("x-staff", false, Text("is yes"));
        RequestMatch[] matches =
        [
            Match(header), Match(header with { Name = "x-other" }), Match(header, new HeaderTest("a", true, Text("is always"))),
            Match(new HeaderTest("beta", true, Text("is yes"))), new RequestMatch([header], Path: Text("is /a")),
        ];
        var managed = new ManagedRoutes([new HeaderRoute("staff", [.. matches])], [new MirrorRoute("shadow", Weight.Full, [])]);

        Assert.That(Ingress.CheckManaged(managed).Select(problem => problem.Message), Is.EqualTo(new[]
        {
            "mirror route shadow: ingress-nginx mirrors no requests to a canary; remove the step",
            "header route staff (x-other is yes): a canary Ingress has one header, and another match gives it; keep one of them",
            "header route staff (x-staff is yes and cookie a is always): ingress-nginx does not combine headers; give one header or cookie a match",
            "header route staff (cookie beta is yes): ingress-nginx knows one value of a cookie that leads to the canary: 'always'; match it exactly",
            "header route staff (x-staff is yes and the path is /a): ingress-nginx tells a canary's requests by a header or a cookie alone; "
                + "remove the method and the path",
        }));
    }

    [TestCase("{}")]
    [TestCase("""{"metadata":[],"spec":"no"}""")]
    [TestCase("""{"metadata":{"name":"web","annotations":["a"]},"spec":{"rules":[1,{"http":5},{"http":{"paths":"/"}}]}}""")]
    [TestCase("""{"metadata":{"annotations":{"nginx.ingress.kubernetes.io/canary":true,"nginx.ingress.kubernetes.io/canary-weight":7}}}""")]
    [TestCase("""{"spec":{"rules":[{"http":{"paths":[{"backend":{"service":{"name":["stable"]}}},{"backend":"stable"}]}}],"tls":7}}""")]
    [TestCase("""{"spec":{"rules":[{"host":5,"http":{"paths":[{"backend":{"service":{"name":"stable","port":"http"}}}]}}]}}""")]
    public void WhenADocumentIsMalformed_ThenItIsAnError_AndNoException(string document)
    {
        var parsed = JsonNode.Parse(document)!.AsObject();

        Assert.DoesNotThrow(() =>
        {
            Ingress.Check(parsed);
            Ingress.ShareOf(parsed);
            Ingress.Read(parsed, parsed, RolloutStatus.New);
            Ingress.Document(parsed, "web", new Claim("uid", 1));
        });
    }

    [TestCase("nginx: { ingresses: [{ name: web }, { name: web }] }", "spec.traffic.nginx.ingresses[1].name: 'web' is given twice")]
    [TestCase("nginx: { ingresses: [{ name: web }, { name: web-canary }] }", "spec.traffic.nginx.ingresses[0].name: 'web-canary' is given too")]
    [TestCase("nginx: { ingresses: [{}] }", "spec.traffic.nginx.ingresses[0].name: it is missing; the name of an Ingress is needed")]
    [TestCase("ngnix: {}", "spec.traffic.ngnix: there is no router of this name; this version has istio, gatewayApi,")]
    public void WhenTheSpecIsWrong_ThenTheFieldIsNamed(string router, string problem) =>
        Assert.That(RolloutSpecMapping.Read(Spec(router)).Errors.First().ToString(), Does.StartWith(problem));

    [TestCase("nginx: { ingresses: [{ name: web }, { name: admin }] }")]
    [TestCase("nginx: { ingresses: [{ name: web }], annotationPrefix: nginx.example.com }")]
    public void WhenTheSpecIsWrittenIntoTheStatus_ThenTheSameIsReadBack(string router)
    {
        var (spec, errors) = RolloutSpecMapping.Read(Spec(router));

        Assert.That(errors, Is.Empty);
        Assert.That(RolloutSpecMapping.ReadAccepted(RolloutSpecMapping.Write(spec!)), Is.EqualTo(spec));
    }

    private static JsonObject Spec(string router) => Yaml.Object($$"""
        workload: { name: web }
        traffic: { {{router}} }
        strategy: { canary: { steps: [{ setWeight: 5 }] } }
        """);

    private static JsonObject Written(ManagedRoutes managed, JsonObject? before = null)
    {
        var document = before ?? JsonNode.Parse(
            """{"metadata":{"name":"web-canary","namespace":"shop","resourceVersion":"1","annotations":{"nginx.ingress.kubernetes.io/canary":"true"}}}""")!.AsObject();
        var plan = new RoutePlan(Weight.FromPercent(5), managed, Side.NamedCanary);
        var patch = Ingress.ForPlan(document, null, plan, new Claim("uid", 1, 2));
        return JsonPatchApplier.Apply(document, patch.Operations);
    }

    private static RolloutStatus Wanting(ManagedRoutes managed) =>
        RolloutStatus.New with { ManagedRoutes = new ManagedRoutesStatus(managed, ManagedRoutes.None) };

    private static ManagedRoutes Header(params RequestMatch[] matches) => new([new HeaderRoute("staff", [.. matches])], []);

    private static RequestMatch Match(params HeaderTest[] headers) => new([.. headers]);

    private static TextTest Text(string test) => test switch
    {
        _ when test.StartsWith("is ", System.StringComparison.Ordinal) => new TextTest(TextTestKind.Exact, test[3..]),
        _ when test.StartsWith("begins with ", System.StringComparison.Ordinal) => new TextTest(TextTestKind.Prefix, test[12..]),
        _ => new TextTest(TextTestKind.Regex, test["matches ".Length..]),
    };

    private static string Annotations(JsonObject document) => string.Join(' ', Json.Map(document, "metadata", "annotations")
        .Where(one => one.Key.Contains("/canary-by", System.StringComparison.Ordinal))
        .OrderBy(one => one.Key, System.StringComparer.Ordinal).Select(one => $"{one.Key.Split('/')[1]}={one.Value}"));
}
