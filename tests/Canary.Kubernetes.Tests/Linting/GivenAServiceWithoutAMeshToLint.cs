using System.Linq;
using Canary.Kubernetes.Linting;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Linting;

/// <summary>Weights that are numbers of pods, against the replicas among the files.</summary>
public sealed class GivenAServiceWithoutAMeshToLint
{
    [Test]
    public void WhenSoFewPodsCannotMakeAStep_ThenThatIsWarnedOf() => Assert.That(Lint(3, "workload: { name: checkout }").Single(),
        Does.EndWith("warning: Rollout shop/checkout: spec.strategy.canary.steps[0].setWeight: weight 5 is 1 of 4 pods, 25 % while the "
            + "service has 3; it takes 18 pods, or a mesh"));

    [Test]
    public void WhenThePodsSuffice_ThenNothingIsSaid() => Assert.That(Lint(20, "workload: { name: checkout }"), Is.Empty);

    [Test]
    public void WhenThereAreTwoWorkloads_ThenThatIsAnError() => Assert.That(Lint(3, "revision: one"),
        Has.Some.Contains("spec.traffic.service: it needs spec.workload"));

    [Test]
    public void WhenAnotherServiceSelectsAsTheDeploymentDoes_ThenThatIsWarnedOf() => Assert.That(
        Lint(20, "workload: { name: checkout }", Metrics).Single(),
        Does.Contain("warning: Service shop/checkout-metrics: spec.selector").And.Contain("(app=checkout), whose pods are the canary's"));

    [Test]
    public void WhenAnotherServiceSelectsByMore_ThenNothingIsSaid() => Assert.That(
        Lint(20, "workload: { name: checkout }", Metrics.Replace("app: checkout", "app: checkout, tier: web")), Is.Empty);

    [Test]
    public void WhenTheTemplateHasALabelOfCanary_ThenThatIsAnError() => Assert.That(
        Lint(20, "workload: { name: checkout }", label: ", canary.delivery/serves: checkout").Single(),
        Does.Contain("canary.delivery/serves in spec.template.metadata.labels").And.Not.Contain("warning"));

    private const string Metrics = """

        ---
        apiVersion: v1
        kind: Service
        metadata: { name: checkout-metrics, namespace: shop }
        spec: { selector: { app: checkout }, ports: [{ port: 9090 }] }
        """;

    private static string[] Lint(int replicas, string of, string more = "", string label = "") =>
        [.. OfflineLint.Check([new LintSource("a.yaml", $$"""
            apiVersion: canary.delivery/v1alpha1
            kind: Rollout
            metadata: { name: checkout, namespace: shop }
            spec:
              {{of}}
              traffic: { stable: { service: one }, canary: { service: two }, service: {} }
              strategy: { canary: { steps: [{ setWeight: 5 }, { setWeight: 50 }] } }
            ---
            apiVersion: v1
            kind: Service
            metadata: { name: checkout, namespace: shop }
            spec: { selector: { app: checkout }, ports: [{ port: 80 }] }
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: { name: checkout, namespace: shop }
            spec:
              replicas: {{replicas}}
              selector: { matchLabels: { app: checkout } }
              template:
                metadata: { labels: { app: checkout{{label}} } }
                spec: { containers: [{ name: app, image: "registry.example.com/checkout:1.0.0", ports: [{ containerPort: 8080 }] }] }
            """ + more)]).Select(finding => finding.ToString())];
}
