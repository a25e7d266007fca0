using System.Linq;
using Canary.Kubernetes.Linting;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Linting;

public sealed class GivenTemplatesToLint
{
    private static string[] Lint(string text) =>
        [.. OfflineLint.Check([new LintSource("a.yaml", text)]).Where(finding => !finding.IsWarning).Select(finding => finding.ToString())];

    private static string Template(string name, string rest) =>
        $"apiVersion: canary.delivery/v1alpha1\nkind: AnalysisTemplate\nmetadata: {{ name: {name}, namespace: shop }}\nspec: "
            + $"{{ {rest} }}\n---\n";

    private const string Metric = "{ name: up, provider: { prometheus: { query: up } } }";

    [Test]
    public void WhenTemplatesIncludeEachOther_ThenTheWayIsSaidOfEach()
    {
        var findings = Lint(Template("a", "templates: [{ templateName: b }]") + Template("b", "templates: [{ templateName: a }]"));

        Assert.That(findings,
            Has.Length.EqualTo(2).And.Some.Contains("AnalysisTemplate shop/a -> AnalysisTemplate shop/b -> AnalysisTemplate shop/a"));
    }

    [Test]
    public void WhenAnIncludedTemplateIsNotThere_ThenItIsSaid() => Assert.That(
        Lint(Template("a", "templates: [{ templateName: c }]") + Template("b", $"metrics: [{Metric}]"))
        .Single(), Does.Contain("spec.templates[0].templateName: AnalysisTemplate c is not among the files; there are a, b"));

    [Test]
    public void WhenOneMetricBreaksTheSchema_ThenARuleThatAnotherBreaksIsSaidAsWell()
    {
        var findings = Lint(Template("a",
            "metrics: [{ name: x, count: [], provider: { prometheus: { query: up } } }, { name: y, successCondition: 'result <', "
                + "provider: { prometheus: { query: up } } }]"));

        Assert.That(findings, Has.Some.Contains("spec.metrics[0].count").And.Some.Contains("spec.metrics[1].successCondition"));
    }

    [Test]
    public void WhenItIsOneOfArgoRollouts_ThenItSaysWhatToChange() => Assert.That(
        Lint($"apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: {{ name: a }}\nspec: {{ metrics: [{Metric}] }}\n")
        .Single(), Does.Contain("apiVersion").And.Contain("canary.delivery/v1alpha1").And.Contain("canary migrate a.yaml"));

    [TestCase("metrics: [{ name: x, successCondition: 'result[', provider: { prometheus: { query: up } } }]",
        "spec.metrics[0].successCondition")]
    [TestCase("metrics: [{ name: x, provider: { prometheus: { query: 'up{a=\"{{args.a}}\"}' } } }]", "names no argument")]
    [TestCase("args: [{ name: a }]", "spec.metrics")]
    [TestCase("args: [{ name: a, valueFrom: { fieldRef: { fieldPath: x } } }], metrics: [{ name: x, provider: { prometheus: { query: up } "
        + "} }]", "spec.args[0].valueFrom")]
    public void WhenARunByHandIsWrong_ThenTheFieldIsSaid(string spec, string expected) =>
        Assert.That(Lint($"apiVersion: canary.delivery/v1alpha1\nkind: AnalysisRun\nmetadata: {{ name: a }}\nspec: {{ {spec} }}\n"),
            Has.Some.Contains(expected));

    [TestCase("score: { pass: 50, marginal: 75 }", "judge: mannWhitney", "spec.score: ")]
    [TestCase("score: { groupWeights: [{ group: a, weight: 80 }, { group: b, weight: 30 }] }", "judge: mannWhitney",
        "spec.score.groupWeights: ")]
    [TestCase("", "share: 1.5", "compare.share: ")]
    public void WhenATemplateCompares_ThenItsScoreAndItsSharesAreChecked(string score, string compare, string expected) => Assert.That(
        Lint(Template("a",
            $"{score}{(score.Length > 0 ? ", " : "")}metrics: [{{ name: e, provider: {{ red: {{ preset: istio-service, signal: errors }} "
                + $"}}, compare: {{ {compare} }} }}]")), Has.One.Contains(expected));

    [Test]
    public void WhenSharesDoNotFitIntoOne_ThenThatIsSaidOnce() => Assert.That(
        Lint(Template("a",
            "metrics: [{ name: e, provider: { red: { preset: istio-service, signal: errors } }, compare: { share: 0.8 } }, { name: d, "
                + "provider: { red: { preset: istio-service, signal: duration } }, compare: { share: 0.8 } }]")).Single(),
        Does.Contain("a.yaml:").And.Contain("(e: 0.8, d: 0.8) do not fit into 1"));

    [Test]
    public void WhenARunByHandHasNoNameYet_ThenTheBeginningOfItIsSaid() => Assert.That(
        Lint(
            "apiVersion: canary.delivery/v1alpha1\nkind: AnalysisRun\nmetadata: { generateName: red- }\nspec: { metrics: [{ name: e, "
                + "provider: { red: { preset: istio-service, signal: errors } } }] }\n").First(), Does.Contain("AnalysisRun red, metric"));

    [TestCase("50", "{}", "50 errors", "5,000 requests")]
    [TestCase("'500'", "{ judge: sequential }", "500 errors", "50,000 requests")]
    [TestCase("'{{args.least}}'", "{ with: objective, objective: 99% }", "100 errors", "10,000 requests")]
    public void WhenAComparisonAsksForAsManyErrorsAsIfTheyWereRequests_ThenItIsWarnedOf(string least, string compare, string errors,
        string requests)
    {
        var warning = Compared(least, compare).Single();

        Assert.That(warning.ToString(), Does.StartWith("a.yaml:4: warning: AnalysisTemplate shop/a: spec.metrics[0].minSamples: ")
            .And.Contains("it counts expected errors, not requests").And.Contains(errors).And.Contains(requests));
    }

    [TestCase("49", "{}")]
    [TestCase("500", "{ judge: threshold }")]
    [TestCase("'{{args.unknown}}'", "{}")]
    [TestCase("500", "")]
    public void WhenMinSamplesIsFewErrorsOrCountsRequests_ThenNothingIsWarnedOf(string least, string compare) =>
        Assert.That(Compared(least, compare), Is.Empty);

    private static LintFinding[] Compared(string least, string compare)
    {
        var comparison = compare.Length > 0 ? $", compare: {compare}" : "";
        var template = Template("a", "args: [{ name: least, value: '100' }], metrics: [{ name: e, provider: { red: { preset: istio-service, "
            + $"signal: errors }} }}, minSamples: {least}{comparison} }}]");
        return [.. OfflineLint.Check([new LintSource("a.yaml", template)]).Where(finding => finding.Path.EndsWith("minSamples",
            System.StringComparison.Ordinal) && finding.IsWarning)];
    }

    private const string Uses =
        "metrics: [{ name: uses, successCondition: 'result[0] < 1', provider: { prometheus: { query: 'up{a=\"{{args.service}}\"}' } } }]";

    private const string Declares =
        "args: [{ name: service, value: cart }], metrics: [{ name: declares, successCondition: 'result[0] < 1', provider: { prometheus: { "
            + "query: up } } }]";

    private static string Run(string rest) =>
        $"apiVersion: canary.delivery/v1alpha1\nkind: AnalysisRun\nmetadata: {{ name: run, namespace: shop }}\nspec: {{ {rest} }}\n---\n";

    [Test]
    public void WhenATemplateUsesAnArgumentOfAnother_ThenItIsAnErrorOnlyWhereTheyAreNotUsedTogether()
    {
        Assert.That(Lint(Template("a", Uses) + Template("b", Declares))
            .Single(),
            Does.Contain("AnalysisTemplate shop/a: spec.metrics[0].provider.prometheus.query").And.Contain(
                "{{args.service}} names no argument; none is declared"));
        Assert.That(Lint(Template("a", Uses) + Template("b", Declares) + Run("templates: [{ templateName: a }, { templateName: b }]")),
            Is.Empty);
        Assert.That(Lint(Template("a", Uses) + Template("b", Declares + ", templates: [{ templateName: a }]")), Is.Empty);
    }

    [Test]
    public void WhenADefaultNeedsItself_ThenTheTemplateSaysSo() => Assert.That(
        Lint(Template("a",
            "args: [{ name: a, value: '{{args.b}}' }, { name: b, value: '{{args.a}}' }], metrics: [{ name: x, successCondition: "
                + "'result[0] < 1', provider: { prometheus: { query: up } } }]")).Single(),
        Does.Contain("AnalysisTemplate shop/a: spec.args[0].value: ").And.Contain("needs itself: a -> b -> a"));

    [Test]
    public void WhenARunByHandIsRight_ThenNothingIsSaid() => Assert.That(
        Lint(
            "apiVersion: canary.delivery/v1alpha1\nkind: AnalysisRun\nmetadata: { generateName: a- }\nspec: { args: [{ name: a, value: "
                + "\"1\" }], metrics: [{ name: x, provider: { prometheus: { query: 'up{a=\"{{args.a}}\"}' } } }] }\n"), Is.Empty);
}
