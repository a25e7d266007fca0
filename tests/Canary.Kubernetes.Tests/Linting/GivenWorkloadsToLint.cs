using System.Linq;
using Canary.Kubernetes.Linting;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Linting;

public sealed class GivenWorkloadsToLint
{
    private const string Scaler = """
        ---
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: { name: canary, namespace: shop }
        spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: checkout-canary }, maxReplicas: 20 }
        """;

    [Test]
    public void WhenTheCanaryAsksForOnePodBesideTen_ThenTheFirstStepThatWaitsIsWarnedOf() => Assert.That(
        Lint(10, 1),
        Is.EqualTo(
            new[] { "a.yaml:10: warning: Rollout shop/checkout: spec.strategy.canary: step 2 (weight 50) needs 5 ready pods of "
                + "checkout-canary, and it asks for 1 (checkout-stable: 10); the rollout waits there until it is scaled, and is rolled "
                + "back at the progress deadline" }));

    [Test]
    public void WhenStableIsTheSmallerOne_ThenTheReturnOfTrafficIsWarnedOf() =>
        Assert.That(Lint(2, 4)
            .Single(), Does.Contain("traffic that returns to checkout-stable after the promotion needs 4 ready pods, and it asks for 2"));

    [TestCase(3, 3, "", "")]
    [TestCase(10, 1, "      capacity: { policy: Ignore }", "")]
    [TestCase(10, 1, "", Scaler)]
    public void WhenPodsSufficeOrAreNotComparedOrScaledByOthers_ThenNothingIsSaid(int stable, int canary, string policy, string more) =>
        Assert.That(Lint(stable, canary, policy, more), Is.Empty);

    [Test]
    public void WhenThePolicyIsNone_ThenTheChoicesAreSaid() =>
        Assert.That(Lint(1, 1, "      capacity: { policy: Sometimes }")
            .Single(), Does.Contain("spec.strategy.canary.capacity.policy").And.Contain("Require, Warn, Ignore"));

    private const string Compared = "      analysis: { templates: [{ templateName: errors }] }";

    private const string Template = """
        ---
        apiVersion: canary.delivery/v1alpha1
        kind: AnalysisTemplate
        metadata: { name: errors, namespace: shop }
        spec: { metrics: [{ name: errors, interval: 30s, provider: { red: { preset: istio-service, signal: errors } }, compare: { with: stable } }] }
        """;

    [Test]
    public void WhenStableHasOnePodAndIsComparedWith_ThenThatIsWarnedOf() => Assert.That(Lint(1, 1, Compared, Template).Single(),
        Does.Contain("warning: Rollout shop/checkout: spec.traffic.stable.workload: stable has one pod: how much pods differ"));

    [Test]
    public void WhenAWeightLeavesStableTooLittle_ThenThatIsWarnedOf() =>
        Assert.That(Lint(3, 3, Compared, Template, "{ setWeight: 50 }, { setWeight: 75 }").Single(),
            Does.Contain("spec.strategy.canary.steps[2].setWeight: weight 75 leaves stable 25 %: beyond 50 the comparison sees less"));

    [Test]
    public void WhenAWeightLeavesStableNothing_ThenThatIsWarnedOf() =>
        Assert.That(Lint(3, 3, Compared, Template, "{ setWeight: 50 }, { setWeight: 100 }").Single(),
            Does.Contain("spec.strategy.canary.steps[2].setWeight: weight 100 leaves stable no traffic, so that nothing is compared"));

    [TestCase(1, "", "")]
    [TestCase(3, Compared, Template)]
    public void WhenNothingIsComparedOrItCanBe_ThenNothingIsSaid(int stable, string analysis, string template) =>
        Assert.That(Lint(stable, stable, analysis, template), Is.Empty);

    private const string Beside = """
        ---
        apiVersion: canary.delivery/v1alpha1
        kind: AnalysisTemplate
        metadata: { name: errors, namespace: shop }
        spec: { metrics: [{ name: errors, interval: 2s, provider: { red: { preset: istio-service, signal: errors, max: 0.1 } } }] }
        """;

    [TestCase("{ pause: { duration: 24s } }",
        "metric errors is measured first 1m after the analysis begins, and the pauses of the steps are 24s")]
    [TestCase("{ pause: { duration: 90s } }", null)]
    [TestCase("{ pause: {} }", null)]
    public void WhenTheReleaseCanEndBeforeTheFirstMeasurement_ThenThatIsWarnedOf(string pause, string? said)
    {
        var findings = Lint(3, 3, Compared, Beside, "{ setWeight: 50 }, " + pause);

        Assert.That(findings, said is null ? Is.Empty : Has.Some.Contains(said));
    }

    private static string[] Lint(int stable, int canary, string policy = "", string more = "",
        string steps = "{ setWeight: 50 }") =>
    [
        .. OfflineLint.Check([new LintSource("a.yaml", $$"""
            apiVersion: canary.delivery/v1alpha1
            kind: Rollout
            metadata: { name: checkout, namespace: shop }
            spec:
              traffic:
                stable: { service: checkout-stable, workload: { name: checkout-stable } }
                canary: { service: checkout-canary, workload: { name: checkout-canary } }
                istio: { virtualServices: [{ name: checkout }] }
              strategy:
                canary:
                  steps: [{ setWeight: 5 }, {{steps}}]
            {{policy}}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: { name: checkout-stable, namespace: shop }
            spec: { replicas: {{stable}} }
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: { name: checkout-canary, namespace: shop }
            spec: { replicas: {{canary}} }
            {{more}}
            """.Replace("\n            ", "\n"))]).Where(finding => !finding.Message.Contains("is not among the files, so that it was not checked")).Select(finding => finding.ToString()),
    ];
}
