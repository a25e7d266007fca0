using System.IO;
using System.Linq;
using Canary.Kubernetes.Linting;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Linting;

public sealed class GivenFilesToLint
{
    private const string Rollout = """
        apiVersion: canary.delivery/v1alpha1
        kind: Rollout
        metadata: { name: checkout, namespace: shop }
        spec:
          traffic:
            stable: { service: checkout-stable, workload: { name: checkout-stable } }
            canary: { service: checkout-canary, workload: { name: checkout-canary } }
            istio: { virtualServices: [{ name: checkout, routes: [primary] }] }
          strategy:
            canary:
              steps:
              - setWeight: 5
              - analysis:
                  templates: [{ templateName: smoke }]
                  args: [{ name: limit, value: "0.01" }]
        """;

    private const string Template = """
        apiVersion: canary.delivery/v1alpha1
        kind: AnalysisTemplate
        metadata: { name: smoke, namespace: shop }
        spec:
          args: [{ name: limit }]
          metrics:
          - name: errors
            successCondition: result[0] < {{args.limit}}
            provider: { prometheus: { query: up } }
        """;

    [Test]
    public void WhenAllIsWell_ThenNothingIsSaid()
    {
        Assert.That(Lint(Rollout + "\n---\n" + Template), Is.Empty);
    }

    [TestCase("side: stable, app: checkout", "canary",
        "does not select the pods of Deployment checkout-canary: its selector is side=stable,app=checkout")]
    [TestCase("app: checkout", "stable",
        "also selects the pods of Deployment checkout-canary, the other side: its selector is app=checkout; it must select")]
    [TestCase("", "canary", "has no selector; it must select the pods of Deployment checkout-canary alone")]
    public void WhenAServiceSelectsPodsOfTheOtherSide_ThenThatIsSaid(string selector, string side, string expected)
    {
        string Objects(string name) => $$"""

            ---
            { apiVersion: v1, kind: Service, metadata: { name: checkout-{{name}}, namespace: shop }, spec: { selector: { {{(name == side ? selector : "app: checkout, side: " + name)}} } } }
            ---
            { apiVersion: apps/v1, kind: Deployment, metadata: { name: checkout-{{name}}, namespace: shop }, spec: { template: { metadata: { labels: { app: checkout, side: {{name}} } } } } }
            """;

        var findings = Lint(Rollout + "\n---\n" + Template + Objects("stable") + Objects("canary"));

        Assert.That(findings.Single(), Does.Contain($"spec.traffic.{side}.service: Service checkout-{side} {expected}"));
    }

    [Test]
    public void WhenManyThingsAreWrong_ThenEachHasItsFileLineAndField()
    {
        var findings = Lint(Rollout.Replace("setWeight: 5", "setWeight: 500").Replace("strategy:", "strategie: 1\n  strategy:")
            .Replace("name: checkout-canary } }", "name: 7 } }"));

        Assert.That(findings, Is.EqualTo(new[]
        {
            "a.yaml:7: Rollout shop/checkout: spec.traffic.canary.workload.name: it is 7; a string is needed",
            "a.yaml:9: Rollout shop/checkout: spec.strategie: there is no such field; allowed are traffic, workload, revision, dependsOn, "
                + "group, strategy, skipAnalysis, rollbackWindow, alerts, progressDeadline, deletionPolicy, paused",
            "a.yaml:13: Rollout shop/checkout: spec.strategy.canary.steps[0].setWeight: it is 500; 0 to 100 is allowed",
        }));
    }

    [Test]
    public void WhenAConditionDoesNotParse_ThenTheLineOfTheConditionIsSaid()
    {
        var findings = Lint("# a comment\n" + Template.Replace("result[0] < {{args.limit}}", "result[0] <"));

        Assert.That(findings.Single(), Does.StartWith("a.yaml:9: AnalysisTemplate shop/smoke: spec.metrics[0].successCondition: "));
    }

    [Test]
    public void WhenArgumentsAndTemplatesDoNotFit_ThenTheRolloutSaysSo()
    {
        var unresolved = Lint(Rollout.Replace("          args: [{ name: limit, value: \"0.01\" }]", "") + "\n---\n" + Template);
        var unknown = Lint(Rollout.Replace("templateName: smoke", "templateName: smok") + "\n---\n" + Template);

        Assert.That(unresolved.Single(),
            Does.StartWith(
                "a.yaml:14: Rollout shop/checkout: spec.strategy.canary.steps[1].analysis.templates[0].templateName: ").And.Contains(
                "\"limit\""));
        Assert.That(unknown.Single(), Does.EndWith("templateName: AnalysisTemplate smok is not among the files; there are smoke"));
    }

    [Test]
    public void WhenAnArgumentIsGivenThatNoTemplateDeclares_ThenItIsAWarning()
    {
        var finding = OfflineLint.Check([new LintSource("a.yaml",
            Rollout.Replace("args: [", "args: [{ name: limt, value: \"1\" }, ") + "\n---\n" + Template)])
            .Single(one => one.Path.EndsWith("args[0].name", System.StringComparison.Ordinal));

        Assert.That((finding.IsWarning, finding.Path), Is.EqualTo((true, "spec.strategy.canary.steps[1].analysis.args[0].name")));
        Assert.That(finding.Message, Is.EqualTo("no template declares an argument \"limt\", so its value is not used; declared are limit"));
    }

    [Test]
    public void WhenTemplatesHaveDifferentDefaults_ThenTheRolloutThatUsesBothSaysSo()
    {
        string Named(string name, string value) =>
            Template.Replace("name: smoke", $"name: {name}").Replace("name: errors", $"name: {name}")
            .Replace("{ name: limit }", $"{{ name: limit, value: \"{value}\" }}") + "\n---\n";
        var rollout = Rollout.Replace("[{ templateName: smoke }]", "[{ templateName: smoke }, { templateName: other }]");

        Assert.That(Lint(Named("smoke", "1") + Named("other", "2") + rollout), Is.Empty, "the value that is given is that of both");
        Assert.That(Lint(Named("smoke", "1") + Named("other",
            "2") + rollout[..rollout.IndexOf("args:", System.StringComparison.Ordinal)].TrimEnd()).Single(),
            Does.Contain("Rollout shop/checkout: spec.strategy.canary.steps[1].analysis.templates[").And.Contain("\"limit\""));
    }

    [Test]
    public void WhenTheVirtualServiceIsAmongTheFiles_ThenItsRoutesAreChecked()
    {
        var findings = Lint(Rollout + """

            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: { name: checkout, namespace: shop }
            spec: { hosts: [checkout], http: [{ name: main, route: [{ destination: { host: checkout-stable } }] }] }
            """);

        Assert.That(findings.Single(), Is.EqualTo(
            "a.yaml:8: Rollout shop/checkout: spec.traffic.istio.virtualServices[0].routes[0]: VirtualService shop/checkout has no http "
                + "route named primary; its http routes are named main"));
    }

    [TestCase("a: [", "a.yaml:1: it is no YAML")]
    [TestCase("a: 1\na: 2", "a.yaml:2: it is no YAML")]
    [TestCase("just text", "a.yaml:1: it is no Kubernetes object; apiVersion and kind are needed")]
    [TestCase("apiVersion: canary.delivery/v2\nkind: Rollout\nmetadata: { name: x }",
        "a.yaml:1: Rollout default/x: apiVersion: it is 'canary.delivery/v2'; allowed is canary.delivery/v1alpha1")]
    [TestCase("apiVersion: canary.delivery/v1alpha1\nkind: Roll\nmetadata: { name: x }",
        "a.yaml:2: Roll default/x: kind: it is 'Roll'; allowed are Rollout, AnalysisTemplate, ClusterAnalysisTemplate, AnalysisRun")]
    public void WhenTheFileIsNotOneOfOurs_ThenTheLineIsSaid(string text, string expected) =>
        Assert.That(Lint(text).First(), Does.StartWith(expected));

    [Test]
    public void WhenAnObjectStandsThereTwice_ThenBothPlacesAreSaid()
    {
        var findings = OfflineLint.Check([new LintSource("a.yaml", Template), new LintSource("b.yaml", Template)]);

        Assert.That(findings.Single()
            .ToString(),
            Does.StartWith("b.yaml:3: AnalysisTemplate shop/smoke: metadata.name: AnalysisTemplate shop/smoke stands in a.yaml:1 too"));
    }

    [Test]
    public void WhenTheSamplesAndTemplatesOfTheRepositoryAreLinted_ThenNothingIsSaid()
    {
        var root = RepositoryFolder.Root;
        var files = new[] { "deploy/samples", "analysis-templates" }.Select(folder => Path.Combine(root, folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.GetFiles(folder, "*.yaml", SearchOption.AllDirectories)).ToArray();

        var findings =
            OfflineLint.Check([.. files.Select(file => new LintSource(Path.GetRelativePath(root, file), File.ReadAllText(file)))]);

        // The templates are of no namespace: they are applied with kubectl -n.
        Assert.That(findings.Where(finding => !finding.Message.EndsWith("or apply the files with --namespace shop",
            System.StringComparison.Ordinal)).Select(finding => finding.ToString()), Is.Empty);
    }

    private static string[] Lint(string text) =>
        [.. OfflineLint.Check([new LintSource("a.yaml", text)]).Where(finding => !finding.IsWarning).Select(finding => finding.ToString())];
}
