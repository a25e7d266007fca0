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

    private static string[] Lint(int replicas, string of) =>
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
                metadata: { labels: { app: checkout } }
                spec: { containers: [{ name: app, image: "registry.example.com/checkout:1.0.0", ports: [{ containerPort: 8080 }] }] }
            """)]).Select(finding => finding.ToString())];
}
