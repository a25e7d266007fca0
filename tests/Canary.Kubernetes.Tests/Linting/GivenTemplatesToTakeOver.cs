using System.Linq;
using Canary.Kubernetes.Linting;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Linting;

public sealed class GivenTemplatesToTakeOver
{
    [TestCase("apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: { name: a }\nspec:\n  metrics: []\n",
        "apiVersion: canary.delivery/v1alpha1\nkind: AnalysisTemplate\nmetadata: { name: a }\nspec:\n  compatibility: argo\n  metrics: "
            + "[]\n")]
    [TestCase("# ours\nkind: ClusterAnalysisTemplate # all\nspec: # what\n\n    # args\n    args: []\napiVersion: "
        + "\"argoproj.io/v1alpha1\"\n",
        "# ours\nkind: ClusterAnalysisTemplate # all\nspec: # what\n\n    # args\n    compatibility: argo\n    args: []\napiVersion: "
            + "\"canary.delivery/v1alpha1\"\n")]
    [TestCase("apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nspec: { metrics: [] }\n",
        "apiVersion: canary.delivery/v1alpha1\nkind: AnalysisTemplate\nspec: { compatibility: argo, metrics: [] }\n")]
    [TestCase("apiVersion: argoproj.io/v1alpha1\r\nkind: AnalysisTemplate\r\nspec:\r\n  metrics: []\r\n",
        "apiVersion: canary.delivery/v1alpha1\r\nkind: AnalysisTemplate\r\nspec:\r\n  compatibility: argo\r\n  metrics: []\r\n")]
    [TestCase("apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nspec:\n  compatibility: canary\n  metrics: []\n",
        "apiVersion: canary.delivery/v1alpha1\nkind: AnalysisTemplate\nspec:\n  compatibility: canary\n  metrics: []\n")]
    [TestCase("{ apiVersion: argoproj.io/v1alpha1, kind: AnalysisTemplate, spec: {} }\n",
        "{ apiVersion: canary.delivery/v1alpha1, kind: AnalysisTemplate, spec: { compatibility: argo } }\n")]
    [TestCase("{\"kind\": \"AnalysisTemplate\", \"apiVersion\": \"argoproj.io/v1alpha1\", \"spec\": {\"metrics\": []}}",
        "{\"kind\": \"AnalysisTemplate\", \"apiVersion\": \"canary.delivery/v1alpha1\", \"spec\": { \"compatibility\": "
            + "\"argo\",\"metrics\": []}}")]
    [TestCase("apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata:\n  labels:\n    compatibility: all\nspec:\n  metrics: "
        + "[]\n",
        "apiVersion: canary.delivery/v1alpha1\nkind: AnalysisTemplate\nmetadata:\n  labels:\n    compatibility: all\nspec:\n  "
            + "compatibility: argo\n  metrics: []\n")]
    [TestCase("apiVersion: v1\nkind: List\nitems:\n- apiVersion: argoproj.io/v1alpha1\n  kind: AnalysisTemplate\n  spec:\n    metrics: "
        + "[]\n- apiVersion: v1\n  kind: Service\n",
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: canary.delivery/v1alpha1\n  kind: AnalysisTemplate\n  spec:\n    "
            + "compatibility: argo\n    metrics: []\n- apiVersion: v1\n  kind: Service\n")]
    [TestCase("\uFEFFapiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nspec: &s\n  metrics: []\n",
        "\uFEFFapiVersion: canary.delivery/v1alpha1\nkind: AnalysisTemplate\nspec: &s\n  compatibility: argo\n  metrics: []\n")]
    [TestCase("---\n# größer 🐤\napiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nspec:\n  metrics: []\n...\n",
        "---\n# größer 🐤\napiVersion: canary.delivery/v1alpha1\nkind: AnalysisTemplate\nspec:\n  compatibility: argo\n  metrics: "
            + "[]\n...\n")]
    public void WhenATemplateIsOfArgoRollouts_ThenItBecomesOursAndKeepsItsVerdicts(string text, string expected) =>
        Assert.That(ArgoTemplates.Migrate(text), Is.EqualTo((expected, 1)));

    [TestCase("apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nspec:\n  replicas: 1\n")]
    [TestCase("apiVersion: canary.delivery/v1alpha1\nkind: AnalysisTemplate\nspec:\n  metrics: []\n")]
    [TestCase("apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n    apiVersion: argoproj.io/v1alpha1\n    kind: AnalysisTemplate\n")]
    [TestCase("")]
    public void WhenItIsSomethingElse_ThenItStaysAsItIs(string text) => Assert.That(ArgoTemplates.Migrate(text), Is.EqualTo((text, 0)));

    [Test]
    public void WhenAFileHasSeveral_ThenEachIsTakenOverAndCheckedWithoutError()
    {
        const string One = """
            apiVersion: argoproj.io/v1alpha1
            kind: AnalysisTemplate
            metadata: { name: success-rate, namespace: shop }
            spec:
              args: [{ name: service }]
              metrics:
              - name: success-rate
                interval: 1m
                failureLimit: 3
                successCondition: "len(result) == 0 || all(result, # >= 0.95)"
                provider:
                  prometheus:
                    address: http://prometheus:9090
                    query: sum(rate(requests_total{service="{{args.service}}",code!~"5.."}[5m])) / sum(rate(requests_total{service="{{args.service}}"}[5m]))

            """;
        var (text, count) = ArgoTemplates.Migrate($"{One}---\n{One.Replace("success-rate", "other", System.StringComparison.Ordinal)}");

        Assert.That(count, Is.EqualTo(2));
        Assert.That(OfflineLint.Check([new LintSource("migrated.yaml", text)]).Where(finding => !finding.IsWarning)
            .Select(finding => finding.ToString()), Is.Empty);
    }
}
