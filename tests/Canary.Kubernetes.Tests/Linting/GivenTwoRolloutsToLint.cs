using System.Linq;
using Canary.Kubernetes.Linting;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Linting;

public sealed class GivenTwoRolloutsToLint
{
    private const string Other =
        "stable: { service: other-a, workload: { name: other-a } }, canary: { service: other-b, workload: { name: other-b } }, istio: { "
            + "virtualServices: [{ name: other }] }";

    [TestCase("stable: { service: a, workload: { name: other-a } }, canary: { service: other-b, workload: { name: other-b } }, istio: { "
        + "virtualServices: [{ name: other }] }", "spec.traffic.stable.service", "Service shop/a", "spec.traffic.stable.service")]
    [TestCase("stable: { service: other-a, workload: { name: other-a } }, canary: { service: a, workload: { name: other-b } }, istio: { "
        + "virtualServices: [{ name: other }] }", "spec.traffic.canary.service", "Service shop/a", "spec.traffic.stable.service")]
    [TestCase("stable: { service: other-a, workload: { name: b } }, canary: { service: other-b, workload: { name: other-b } }, istio: { "
        + "virtualServices: [{ name: other }] }", "spec.traffic.stable.workload.name", "Deployment shop/b",
        "spec.traffic.canary.workload.name")]
    [TestCase("stable: { service: other-a, workload: { name: other-a } }, canary: { service: other-b, workload: { name: other-b } }, "
        + "istio: { virtualServices: [{ name: other }, { name: v, routes: [second] }] }", "spec.traffic.istio.virtualServices[1].name",
        "VirtualService shop/v", "spec.traffic.istio.virtualServices[0].name")]
    public void WhenTheyNameOneObject_ThenBothAreToldWithFileAndField(string traffic, string path, string what, string otherPath)
    {
        var findings = Lint(("a.yaml", Rollout("one", Traffic)), ("b.yaml", Rollout("two", traffic)));

        Assert.That(findings, Has.Length.EqualTo(2));
        Assert.That(findings[0],
            Does.Match(@"^a\.yaml:\d+: Rollout shop/one: ").And.Contain(
                $"{otherPath}: {what} is named by Rollout shop/two too (b.yaml:6, {path})"));
        Assert.That(findings[1],
            Does.Match(@"^b\.yaml:\d+: Rollout shop/two: ").And.Contain(
                $"{path}: {what} is named by Rollout shop/one too (a.yaml:6, {otherPath})"));
    }

    [Test]
    public void WhenTheyShareADestinationRule_ThenBothAreTold()
    {
        const string first =
            "stable: { service: a, subset: x }, canary: { service: a, subset: y }, istio: { destinationRule: { name: rule }, "
                + "virtualServices: [{ name: v }] }";
        const string second =
            "stable: { service: b, subset: x }, canary: { service: b, subset: y }, istio: { destinationRule: { name: rule }, "
                + "virtualServices: [{ name: w }] }";

        var findings = Lint(("a.yaml", Rollout("one", first)), ("a2.yaml", Rollout("two", second)));

        Assert.That(
            findings.Count(
                text => text.Contains("spec.traffic.istio.destinationRule.name: DestinationRule shop/rule is named by Rollout shop/")),
                Is.EqualTo(2), string.Join('\n', findings));
    }

    [Test]
    public void WhenTheyShareAStatefulSet_ThenBothAreTold()
    {
        var findings = Lint(("a.yaml", OfASet("one")), ("b.yaml", OfASet("two")));

        Assert.That(findings.Count(text => text.Contains("spec.workload.name: StatefulSet shop/db is named by Rollout shop/")),
            Is.EqualTo(2), string.Join('\n', findings));
    }

    [Test]
    public void WhenAKindOfAnotherGroupHasTheNameOfARoute_ThenItIsNotTakenForIt()
    {
        var rollout = Rollout("one",
            "stable: { service: a, workload: { name: a } }, canary: { service: b, workload: { name: b } }, "
                + "gatewayApi: { routes: [{ name: checkout }] }");

        var findings = Lint(("a.yaml", rollout + "\n---\n" + Route("policy.linkerd.io/v1beta3", "c")),
            ("b.yaml", Route("gateway.networking.k8s.io/v1", "b")));

        Assert.That(findings.Where(text => text.Contains("HTTPRoute")), Is.Empty);
        Assert.That(Lint(("a.yaml", rollout), ("b.yaml", Route("gateway.networking.k8s.io/v1", "c"))),
            Has.Some.Contains("HTTPRoute shop/checkout has no rule with both a and b"));
    }

    private static string Route(string version, string canary) => $$"""
        apiVersion: {{version}}
        kind: HTTPRoute
        metadata: { name: checkout, namespace: shop }
        spec: { rules: [{ backendRefs: [{ name: a, port: 80, weight: 1 }, { name: {{canary}}, port: 80, weight: 0 }] }] }
        """;

    [Test]
    public void WhenThreeShareAll_ThenEachIsToldOfBothOthers()
    {
        var findings =
            Lint(("a.yaml", Rollout("one", Traffic) + "\n---\n" + Rollout("two", Traffic)), ("b.yaml", Rollout("three", Traffic)));

        Assert.That(findings.Count(text => text.Contains("is named by")), Is.EqualTo(3 * 5 * 2));
    }

    [Test]
    public void WhenNothingIsSharedOrTheNamespaceDiffers_ThenNothingIsSaid()
    {
        Assert.That(Lint(("a.yaml", Rollout("one", Traffic)), ("b.yaml", Rollout("two", Other))), Is.Empty);
        Assert.That(Lint(("a.yaml", Rollout("one", Traffic)), ("b.yaml", Rollout("one", Traffic, "shop2"))), Is.Empty);
    }

    [Test]
    public void WhenOneRolloutIsWrittenTwice_ThenOnlyThatIsSaid() =>
        Assert.That(Lint(("a.yaml", Rollout("one", Traffic)), ("b.yaml", Rollout("one", Traffic)))
            .Single(), Does.Contain("stands in a.yaml:1 too"));

    private const string Traffic =
        "stable: { service: a, workload: { name: a } }, canary: { service: b, workload: { name: b } }, istio: { virtualServices: [{ name: "
            + "v }] }";

    private static string OfASet(string name) => $$"""
        apiVersion: canary.delivery/v1alpha1
        kind: Rollout
        metadata: { name: {{name}}, namespace: shop }
        spec:
          workload: { kind: StatefulSet, name: db, service: db-{{name}} }
          strategy: { canary: { steps: [{ setWeight: 50 }] } }
          traffic: { service: {} }
        """;

    private static string Rollout(string name, string traffic, string space = "shop") => $$"""
        apiVersion: canary.delivery/v1alpha1
        kind: Rollout
        metadata: { name: {{name}}, namespace: {{space}} }
        spec:
          strategy: { canary: { steps: [{ setWeight: 5 }] } }
          traffic: { {{traffic}} }
        """;

    private static string[] Lint(params (string File, string Text)[] files) =>
        [.. OfflineLint.Check([.. files.Select(file => new LintSource(file.File, file.Text))])
            .Where(finding => !finding.Message.Contains("is not among the files, so that it was not checked"))
            .Select(finding => finding.ToString())];
}
