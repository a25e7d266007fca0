using System.Linq;
using Canary.Kubernetes.Linting;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Linting;

public sealed class GivenABlueGreenRolloutToLint
{
    private const string Compares = "compare: { with: stable }";
    private const string Objective = "compare: { with: objective, objective: 99.5% }";

    [Test]
    public void WhenTheAnalysisAfterTheSwitchComparesWithStable_ThenItIsRefused()
    {
        var finding = Lint("postPromotionAnalysis", Compares).Single();

        Assert.That((finding.Path, finding.IsWarning), Is.EqualTo(("spec.strategy.blueGreen.postPromotionAnalysis.templates", false)));
        Assert.That(finding.Message, Does.Contain("metric errors compares with stable, which has no traffic after the switch"));
    }

    [Test]
    public void WhenTheAnalysisBeforeTheSwitchComparesWithStable_ThenItIsWarnedOf()
    {
        var finding = Lint("prePromotionAnalysis", Compares).Single();

        Assert.That((finding.Path, finding.IsWarning), Is.EqualTo(("spec.strategy.blueGreen.prePromotionAnalysis.templates", true)));
        Assert.That(finding.Message, Does.Contain("only the requests that you send to it"));
    }

    [TestCase("prePromotionAnalysis")]
    [TestCase("postPromotionAnalysis")]
    public void WhenAnAnalysisIsHeldToAnObjective_ThenNothingIsSaid(string field) => Assert.That(Lint(field, Objective), Is.Empty);

    private static LintFinding[] Lint(string field, string compare) => [.. OfflineLint.Check([new LintSource("all.yaml", $$"""
        apiVersion: canary.delivery/v1alpha1
        kind: Rollout
        metadata: { name: checkout, namespace: shop }
        spec:
          workload: { name: checkout }
          traffic: { istio: { virtualServices: [{ name: checkout, routes: [primary] }] } }
          strategy: { blueGreen: { {{field}}: { templates: [{ templateName: t }] } } }
        ---
        apiVersion: canary.delivery/v1alpha1
        kind: AnalysisTemplate
        metadata: { name: t, namespace: shop }
        spec:
          metrics:
          - { name: errors, interval: 30s, count: 10, provider: { red: { preset: istio-service, signal: errors } }, {{compare}} }
        """)]).Where(finding => !finding.Message.Contains("not among the files"))];
}
