using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests;

public sealed class GivenAnalysisBeforeAndAfterTheSteps : Scenario
{
    [Test, CancelAfter(180_000)]
    public async Task WhenTheLastOneFails_ThenEverythingGoesBackToTheVersionThatIsStillThere()
    {
        World.StartController();
        await CreateTemplateAsync("before",
            """{"name":"reachable","count":1,"successCondition":"result[0] == 1","provider":{"prometheus":{"query":"vector(1)"}}}""");
        await CreateTemplateAsync("after",
            """{"name":"error-rate","interval":"1s","count":60,"failureCondition":"result[0] > 0.05","failureLimit":1,"inconclusiveLimit":30,"provider":{"red":{"preset":"istio-service","signal":"errors","window":"8s"}}}""");
        await World.ChangeRolloutAsync(
            (JsonObject)JsonNode.Parse(
                """{"spec":{"strategy":{"canary":{"steps":[{"setWeight":40}],"analysis":null,"preAnalysis":{"templates":[{"templateName":"before"}]},"postAnalysis":{"templates":[{"templateName":"after"}]}}}}}""")!,
            Cancel);
        await World.UntilPhaseAsync("Healthy", Cancel);

        await World.DeployAsync("3.0.0", 0.3, "5ms", Cancel);
        await World.UntilAsync("verifying", status => (string?)status["promotion"] == "Verifying"
            && (int?)status["weights"]?["applied"] == 100, Cancel);
        var after = await World.UntilPhaseAsync("RolledBack", Cancel, 90);

        Assert.That(World.Routes.Weights, Is.EqualTo(new[] { 0, 40, 100, 0 }), World.Logs());
        Assert.That(await World.TemplateVersionAsync("checkout-stable", Cancel), Is.EqualTo("1.0.0"));
        Assert.That((string?)after["status"]!["message"],
            Does.StartWith("rolled back at weight 100: ").And.Contain("error rate").And.EndsWith("(analysis after the last step)"));
        var runs = await World.Api.ListAllAsync(KnownKinds.AnalysisRuns, Running.World.Namespace, ListOptions.All, Cancel);
        Assert.That(
            runs.Items.Select(run => ((string?)run["spec"]!["rollout"]!["edge"], (string?)run["status"]!["phase"])),
            Is.EquivalentTo(new[] { ("pre", "Successful"), ("post", "Failed") }));
    }

    private Task<JsonObject> CreateTemplateAsync(string name, string metric) => World.Api.CreateAsync(
        KnownKinds.AnalysisTemplates,
        Running.World.Namespace,
        new JsonObject
        {
            ["apiVersion"] = "canary.delivery/v1alpha1",
            ["kind"] = "AnalysisTemplate",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = Running.World.Namespace },
            ["spec"] = new JsonObject { ["metrics"] = new JsonArray(JsonNode.Parse(metric)) },
        },
        new WriteOptions("end-to-end-tests"),
        Cancel);
}
