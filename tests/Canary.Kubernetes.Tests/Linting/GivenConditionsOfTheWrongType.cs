using System.Linq;
using Canary.Kubernetes.Linting;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Linting;

public sealed class GivenConditionsOfTheWrongType
{
    private const string Up = "prometheus: { query: 'sum(up)' }";

    [TestCase("successCondition", "result < 400", Up, "result[0] is that of the first")]
    [TestCase("failureCondition", "result >= 0.05", Up, "result[0] is that of the first")]
    [TestCase("successCondition", "result[0]", Up, "neither true nor false")]
    [TestCase("successCondition", "result == 'ok' or result < 1", Up, "result[0] is that of the first")]
    [TestCase("successCondition", "result < {{args.limit}}", Up, "result[0] is that of the first")]
    [TestCase("successCondition", "result < 400", "red: { preset: istio-service, signal: duration, quantile: 0.99 }",
        "result[0] is that of the first")]
    [TestCase("successCondition", "result[0] < 1", "prometheus: { query: 'scalar(sum(up))' }", "the answer of this query is one number")]
    public void WhenNoAnswerHasTheFormForIt_ThenItIsAnErrorThatSaysTheForm(string field, string condition, string provider, string said)
    {
        var findings = Lint(field, condition, provider);

        Assert.That(findings, Has.Length.EqualTo(1), string.Join('\n', findings));
        Assert.That(findings[0], Does.Contain($"spec.metrics[0].{field}: ").And.Contains("can never be asked").And.Contains(said));
    }

    [TestCase("result[0] < 400", Up)]
    [TestCase("all(result, # < 400)", Up)]
    [TestCase("len(result) == 0 || result[0] < 1", Up)]
    [TestCase("len(result) > 1 && result[1] < 1", Up)]
    [TestCase("default(result, 0) < 1", "prometheus: { query: 'scalar(sum(up))' }")]
    [TestCase("result < 400", "prometheus: { query: 'scalar(sum(up))' }")]
    [TestCase("result < 400", "prometheus: { query: '1' }")]
    [TestCase("result < 400", "prometheus: { query: 'time() - scalar(sum(up))' }")]
    [TestCase("result[0] < 400", "prometheus: { query: 'sum(up) / scalar(count(up))' }")]
    [TestCase("result[0] < {{args.limit}}", Up)]
    [TestCase("!isNaN(result[0])", Up)]
    public void WhenAnAnswerMayHaveTheForm_ThenNothingIsSaid(string condition, string provider) =>
        Assert.That(Lint("successCondition", condition, provider), Is.Empty);

    private static string[] Lint(string field, string condition, string provider) => [.. OfflineLint.Check([new LintSource("a.yaml", $$"""
        apiVersion: canary.delivery/v1alpha1
        kind: AnalysisTemplate
        metadata: { name: smoke, namespace: shop }
        spec:
          args: [{ name: limit, value: "400" }]
          metrics:
          - name: up
            {{field}}: "{{condition}}"
            provider: { {{provider}} }
        """)]).Select(finding => finding.ToString())];
}
