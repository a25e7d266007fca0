using System.Linq;
using Canary.Kubernetes.Linting;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Linting;

public sealed class GivenFilesOfEveryKind
{
    private const string Rollout = """
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
              steps: [{ setWeight: 5 }]
              analysis: { templates: [{ templateName: smoke }, { templateName: shared, clusterScope: true }] }
        """;

    private static string Template(string name, string kind = "AnalysisTemplate", string apiVersion = "canary.delivery/v1alpha1",
        string space = ", namespace: shop", string metric = "successCondition: 'result[0] < 1', ") =>
        $"apiVersion: {apiVersion}\nkind: {kind}\nmetadata: {{ name: {name}{space} }}\nspec: {{ metrics: [{{ "
            + $"name: {name}, {metric}provider: {{ prometheus: {{ query: up }} }} }}] }}\n";

    private static LintReport Run(params string[] texts) =>
        OfflineLint.Run([.. texts.Select((text, index) => new LintSource($"{(char)('a' + index)}.yaml", text))]);

    private static string[] Findings(params string[] texts) => [.. Run(texts).Findings.Select(finding => finding.ToString())];

    private static string Indented(string text, int by) =>
        string.Join('\n', text.Split('\n').Select((line, index) => index == 0 || line.Length == 0 ? line : new string(' ', by) + line));

    [Test]
    public void WhenObjectsStandInAList_ThenEachIsCheckedWithItsOwnLine()
    {
        var text = $$"""
            apiVersion: v1
            kind: List
            items:
            - { apiVersion: v1, kind: Service, metadata: { name: a } }
            - {{Indented(Template("one"), 2)}}
            - {{Indented(Template("two").Replace("metrics", "metrix"), 2)}}
            """.Replace("\n            ", "\n");

        var report = Run(text);

        Assert.That(report.Findings.Select(finding => finding.ToString()),
            Has.Some.StartsWith("a.yaml:13: AnalysisTemplate shop/two: spec.metrix: there is no such field"));
        Assert.That((report.Checked, string.Join(", ", report.Skipped)),
            Is.EqualTo((2, "LintSkip { What = Service, Count = 1, Reason = not of Canary }")));
    }

    [TestCase("""{ "apiVersion": "canary.delivery/v1alpha1", "kind": "AnalysisTemplateList", "items": [{ "metadata": { "name": "a" }, "spec": { "metrix": [] } }] }""", "AnalysisTemplate default/a: spec.metrix")]
    [TestCase("""{ "apiVersion": "v1", "kind": "List", "items": [{ "apiVersion": "v1", "kind": "List", "items": [{ "apiVersion": "canary.delivery/v1alpha1", "kind": "Rolout", "metadata": { "name": "a" } }] }] }""", "kind: it is 'Rolout'")]
    [TestCase("""{ "apiVersion": "v1", "kind": "List", "items": [{ "kind": "Rollout" }, null] }""",
        "a.yaml:1: items[0]: it is no Kubernetes object")]
    [TestCase("""{ "apiVersion": "v1", "kind": "List", "items": {} }""", "items: it is no Kubernetes object")]
    [TestCase("{\n\t\"apiVersion\": \"canary.delivery/v1alpha1\",\n\t\"kind\": \"AnalysisTemplate\",\n\t\"metadata\": { \"name\": \"a\" "
        + "},\n\t\"spec\": { \"metrix\": [] }\n}", "a.yaml:5: AnalysisTemplate default/a: spec.metrix")]
    public void WhenAListIsNotPlain_ThenItIsTakenApartAllTheSame(string text, string expected) =>
        Assert.That(Findings(text), Has.Some.Contains(expected));

    [Test]
    public void WhenAListIsEmptyOrNothingStandsInADocument_ThenNothingIsSaid()
    {
        Assert.That(Findings("apiVersion: v1\nkind: List\nitems: []", "", "---\n---\n# nothing\n---\n", "\uFEFF" + Template("a")),
            Is.Empty);
        Assert.That(Run("---\n" + Template("a") + "---\n\n---\n" + Template("b")).Checked, Is.EqualTo(2));
    }

    [TestCase("<<: *a", "spec.metrix", 3)]
    [TestCase("<<: [*a, *b]", "spec.metrix", 3)]
    [TestCase("<<: [*b, *a]", "spec.metrix", 3)]
    public void WhenFieldsAreMerged_ThenTheyAreCheckedWhereTheyStand(string merge, string path, int line)
    {
        var text = $"""
            x-anchors:
              a: &a
                metrix: []
                args: [%1%]
              b: &b
                args: []
            apiVersion: canary.delivery/v1alpha1
            kind: AnalysisTemplate
            metadata: %2%
            spec:
              {merge}
              templates: [%3%]
            """.Replace("%1%", "{ nam: x }").Replace("%2%", "{ name: a, namespace: shop }").Replace("%3%", "{ templateName: b }");

        var findings = Findings(text);

        Assert.That(findings, Has.Some.StartsWith($"a.yaml:{line}: AnalysisTemplate shop/a: {path}: there is no such field"));
        Assert.That(findings.Any(finding => finding.Contains("spec.args[0]")), Is.EqualTo(!merge.Contains("*b, *a")),
            "the first of a list goes first");
    }

    [Test]
    public void WhenAFieldIsWrittenBesideAMerge_ThenItGoesFirst()
    {
        const string text = """
            apiVersion: canary.delivery/v1alpha1
            kind: AnalysisTemplate
            metadata: { name: a, namespace: shop }
            spec:
              metrics:
              - &m { name: one, count: x, successCondition: "true", provider: { prometheus: { query: up } } }
              - { count: 5, interval: 1m, <<: *m, name: two }
              - { <<: [], name: three, successCondition: "true", provider: { prometheus: { query: up } } }
            """;

        Assert.That(Findings(text), Has.Length.EqualTo(1).And.All.StartsWith("a.yaml:6: AnalysisTemplate shop/a: spec.metrics[0].count"));
        Assert.That(Findings(text.Replace("<<: []", "<<: 5"))
            .Single(), Does.Contain("a.yaml:8: it is no YAML: << takes the fields of a mapping, or of a list of mappings"));
        Assert.That(Findings(text.Replace("<<: []", "\"<<\": 5")), Has.Some.Contains("spec.metrics[2].<<: there is no such field"),
            "in quotes it is a key like any other");
    }

    [TestCase("canary.delivery/v1", "allowed is canary.delivery/v1alpha1")]
    [TestCase("canary.delivery", "allowed is canary.delivery/v1alpha1")]
    [TestCase("canary.delivry/v1alpha1", "allowed is canary.delivery/v1alpha1")]
    [TestCase("Canary.Delivery/v1alpha1", "allowed is canary.delivery/v1alpha1")]
    [TestCase("canary-delivery/v1alpha1", "allowed is canary.delivery/v1alpha1")]
    [TestCase("canarydelivery/v1alpha1", "allowed is canary.delivery/v1alpha1")]
    [TestCase("v1alpha1", "of which nothing is checked; a Rollout of Canary has canary.delivery/v1alpha1")]
    [TestCase("example.com/v1", "of which nothing is checked; a Rollout of Canary has canary.delivery/v1alpha1")]
    [TestCase("argoproj.io/v1alpha1", "a Rollout of Argo Rollouts, of which nothing is checked")]
    public void WhenTheApiVersionIsNotOurs_ThenItIsNoSilence(string apiVersion, string expected)
    {
        var report = Run(Rollout.Replace("canary.delivery/v1alpha1", apiVersion));

        Assert.That(report.Findings.Single()
            .ToString(), Does.StartWith("a.yaml:1: Rollout shop/checkout: apiVersion: it is '" + apiVersion + "'").And.Contain(expected));
        Assert.That((report.Checked, report.Skipped.Single().Reason), Is.EqualTo((0, "of another API group or version")));
    }

    [TestCase("apiVersion: v1\nkind: Service\nmetadata: { name: a }")]
    [TestCase("apiVersion: flagger.app/v1beta1\nkind: Canary\nmetadata: { name: a }")]
    [TestCase("apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: a }")]
    [TestCase("apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }")]
    public void WhenAKindIsOfOthers_ThenItIsSkippedAndCounted(string text)
    {
        var report = Run(text);

        Assert.That(report.Findings, Is.Empty);
        Assert.That((report.Checked, report.Skipped.Single().Count, report.Skipped.Single().Reason), Is.EqualTo((0, 1, "not of Canary")));
    }

    [TestCase("", true)]
    [TestCase("failureCondition: 'result[0] > 1', ", false)]
    [TestCase("onNoData: failure, ", false)]
    public void WhenAMetricHasNoCondition_ThenItIsAWarning(string metric, bool isWarned)
    {
        var report = Run(Template("a", metric: metric));

        Assert.That(report.Findings.Select(finding => (finding.IsWarning, finding.Path)),
            Is.EqualTo(isWarned ? new[] { (true, "spec.metrics[0]") } : []));
        if (isWarned) Assert.That(report.Findings[0].Message, Does.Contain("metric \"a\" is Successful whatever it measures"));
    }

    [Test]
    public void WhenAMetricIsOnlyShownOrHasBounds_ThenItNeedsNoCondition()
    {
        Assert.That(Findings(Template("a", metric: "").Replace("spec: {", "spec: { dryRun: [{ metricName: a }],")), Is.Empty);
        Assert.That(Findings(Template("a", metric: "")
            .Replace("prometheus: { query: up }", "red: { preset: istio-service, signal: errors, max: 0.01 }")), Is.Empty);
        Assert.That(Findings(Template("a", metric: "")
            .Replace("prometheus: { query: up }", "red: { preset: istio-service, signal: errors }"))
            .Single(), Does.Contain("no min, max or compare"));
    }

    [Test]
    public void WhenNothingThatARolloutNamesIsThere_ThenEachNameIsAWarning()
    {
        var findings = Run(Rollout).Findings;

        Assert.That(findings.Select(finding => finding.IsWarning), Is.All.True);
        Assert.That(findings.Select(finding => $"{finding.Path}: {finding.Message}"), Is.EquivalentTo(new[]
        {
            "spec.traffic.stable.service: Service checkout-stable is not among the files, so that it was not checked",
            "spec.traffic.stable.workload.name: Deployment checkout-stable is not among the files, so that it was not checked",
            "spec.traffic.canary.service: Service checkout-canary is not among the files, so that it was not checked",
            "spec.traffic.canary.workload.name: Deployment checkout-canary is not among the files, so that it was not checked",
            "spec.traffic.istio.virtualServices[0].name: VirtualService checkout is not among the files, so that it was not checked",
            "spec.strategy.canary.analysis.templates[0].templateName: AnalysisTemplate smoke is not among the files, so that it was not "
                + "checked",
            "spec.strategy.canary.analysis.templates[1].templateName: ClusterAnalysisTemplate shared is not among the files, so that it "
                + "was not checked",
        }));
    }

    [TestCase("AnalysisTemplate", ", namespace: other",
        "error: AnalysisTemplate smoke is in namespace other (b.yaml:1); it is looked for in shop, where the Rollout is")]
    [TestCase("AnalysisTemplate", "",
        "warning: AnalysisTemplate smoke (b.yaml:1) is looked for in the namespace of the Rollout: AnalysisTemplate smoke says none, and "
            + "Rollout checkout is in shop")]
    [TestCase("ClusterAnalysisTemplate", "",
        "error: AnalysisTemplate smoke is not among the files, and ClusterAnalysisTemplate smoke is (b.yaml:1); clusterScope: true asks "
            + "for that")]
    public void WhenATemplateIsSomewhereElse_ThenItIsSaidWhere(string kind, string space, string expected)
    {
        var finding =
            Run(Rollout, Template("smoke", kind, space: space)).Findings.Single(one => one.Path.EndsWith("templates[0].templateName"));

        Assert.That($"{(finding.IsWarning ? "warning" : "error")}: {finding.Message}", Does.StartWith(expected));
    }

    [Test]
    public void WhenARunOrATemplateNamesTemplates_ThenThoseThatAreNotThereAreSaidToo()
    {
        const string run =
            "apiVersion: canary.delivery/v1alpha1\nkind: AnalysisRun\nmetadata: { name: r, namespace: shop }\nspec: { args: [{ name: x, "
                + "value: '1' }], templates: [{ templateName: a }] }";

        Assert.That(Findings(run)
            .Single(),
            Does.Contain("warning: AnalysisRun shop/r: spec.templates[0].templateName: AnalysisTemplate a is not among the files"));
        Assert.That(Findings(run, Template("a"))
            .Single(), Does.Contain("warning: AnalysisRun shop/r: spec.args[0].name: no template declares an argument \"x\""));
        Assert.That(Findings(run, Template("b"))
            .Single(),
            Does.Contain("AnalysisRun shop/r: spec.templates[0].templateName: AnalysisTemplate a is not among the files; there are b"));
        Assert.That(Findings(Template("a").Replace("spec: {", "spec: { templates: [{ templateName: c, clusterScope: true }],"))
            .Single(), Does.Contain("warning: ").And.Contain("ClusterAnalysisTemplate c is not among the files"));
    }

    [TestCase("metadata: { name: {{ .Values.name }} }")]
    [TestCase("{{- if .Values.on }}\nkind: Rollout\n{{- end }}")]
    [TestCase("kind: Rollout\nmetadata:\n  labels: {{- include \"x.labels\" . | nindent 4 }}")]
    public void WhenAFileIsATemplateOfHelm_ThenItIsToBeRendered(string text) =>
        Assert.That(Findings("apiVersion: canary.delivery/v1alpha1\n" + text)
            .Single(), Does.Contain("a template of a Helm chart").And.Contain("helm template"));

    [TestCase("kustomization.yaml", "resources: [a.yaml]")]
    [TestCase("Chart.yaml", "apiVersion: v2\nname: shop")]
    [TestCase("values-production.yaml", "replicas: 3")]
    public void WhenAFileIsOneOfATool_ThenItIsSkippedAndCounted(string name, string text)
    {
        var report = OfflineLint.Run([new LintSource($"deploy/{name}", text)]);

        Assert.That((report.Findings, report.Skipped.Single()),
            Is.EqualTo((report.Findings, new LintSkip("file", 1, "a file of Kustomize or Helm"))));
        Assert.That(report.Findings, Is.Empty);
    }

    [Test]
    public void WhenAnObjectStandsInTwoFilesOrTwiceInAList_ThenBothPlacesAreSaid()
    {
        var list = $"apiVersion: v1\nkind: List\nitems:\n- {Indented(Template("a"), 2)}\n- {Indented(Template("a"), 2)}";

        Assert.That(Findings(list).Single(), Does.StartWith("a.yaml:11: ").And.Contain("AnalysisTemplate shop/a stands in a.yaml:4 too"));
        Assert.That(Findings(Template("a"), list), Has.Length.EqualTo(2));
    }

    [Test]
    public void WhenQueriesStandInAList_ThenTheyAreAskedToo()
    {
        var list = new LintSource("a.yaml", $"apiVersion: v1\nkind: List\nitems:\n- {Indented(Template("a"), 2)}");

        Assert.That(LintQueries.Collect([list], System.DateTimeOffset.UnixEpoch).Single().Finding("x")
            .ToString(), Does.StartWith("a.yaml:7: AnalysisTemplate shop/a"));
    }
}
