using System.IO;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Canary.Cli.Tests.Planning;

/// <summary>Its plan asks no Prometheus: nothing is compared.</summary>
public sealed class GivenABlueGreenRolloutToPlan
{
    private const string Rollout = """
        apiVersion: canary.delivery/v1alpha1
        kind: Rollout
        metadata: { name: checkout, namespace: shop }
        spec:
          workload: { name: checkout }
          traffic: { istio: { virtualServices: [{ name: checkout }] } }
          strategy: { blueGreen: { FIELDS } }
        ---
        apiVersion: canary.delivery/v1alpha1
        kind: AnalysisTemplate
        metadata: { name: slo, namespace: shop }
        spec: { metrics: [{ name: slo, interval: 30s, count: 9, provider: { red: { preset: istio-service, signal: errors } }, compare: { with: objective, objective: 99.5% } }] }
        """;

    [Test]
    public async Task WhenItIsPlanned_ThenTheSwitchAndTheWayBackAreSaid()
    {
        var output = await PlanAsync("previewReplicaCount: 2, autoPromotionAfter: 5m, scaleDownDelay: 1h, "
            + "postPromotionAnalysis: { templates: [{ templateName: slo }] }");

        Assert.That(output, Does.StartWith(
            "Rollout:  shop/checkout, blue-green\nPreview:  2 pods, no traffic; the switch follows after 5m\n"));
        Assert.That(output, Does.Contain("After:    post-promotion analysis, 5m"));
        Assert.That(output, Does.Contain("keeps its pods for at least 1h"));
        Assert.That(output, Does.Not.Contain("warning"));
    }

    [Test]
    public async Task WhenNobodyLooksAfterTheSwitch_ThenThatIsWarnedOf()
    {
        var document = JsonNode.Parse(await PlanAsync("autoPromotionEnabled: false", "-o", "json"))!;

        Assert.That((string?)document["warnings"]![0],
            Does.StartWith("there is neither a postPromotionAnalysis nor a rule in spec.alerts"));
        Assert.That(((string?)document["strategy"], document["autoPromotionAfter"]), Is.EqualTo(("blueGreen", (JsonNode?)null)));
    }

    private static async Task<string> PlanAsync(string fields, params string[] more)
    {
        var folder = Directory.CreateTempSubdirectory("canary-plan-");
        var path = Path.Combine(folder.FullName, "rollout.yaml");
        await File.WriteAllTextAsync(path, Rollout.Replace("FIELDS", fields));
        var (code, output, error) = await PlannedServices.CallAsync(["plan", "checkout", "-n", "shop", "-f", path, .. more]);
        folder.Delete(recursive: true);
        Assert.That((code, error), Is.EqualTo((0, "")));
        return output;
    }
}
