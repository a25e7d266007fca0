using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Tests.Pages;
using Canary.Cli.Tests.Watching;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Mapping;
using NUnit.Framework;

namespace Canary.Cli.Tests.Applying;

/// <summary>What an API server says of objects that the definitions do not allow: a sentence for whoever typed <c>kubectl
/// apply</c>.</summary>
[CancelAfter(60_000)]
public sealed class GivenObjectsThatAreRefused
{
    private const string Name =
        "it must be a name of Kubernetes: lower case letters, digits, '-' and '.', beginning and ending with a letter or digit";

    private SmallCluster _cluster = null!;

    private static CancellationToken Cancel => TestContext.CurrentContext.CancellationToken;

    [OneTimeSetUp]
    public async Task StartAsync() => _cluster = await SmallCluster.StartAsync(CancellationToken.None);

    [OneTimeTearDown]
    public async Task StopAsync() => await _cluster.DisposeAsync();

    [TestCase("strategy.canary.steps", """[{"setWeight":5,"pause":{}}]""", "spec.strategy.canary.steps[0]", "exactly one of ")]
    [TestCase("strategy.canary.steps", "[{}]", "spec.strategy.canary.steps[0]", "exactly one of ")]
    [TestCase("workload.name", "\"Check_Out\"", "spec.workload.name", Name)]
    [TestCase("traffic.stable", """{"service":"Checkout_Stable"}""", "spec.traffic.stable.service", Name)]
    [TestCase("strategy.canary.analysis.templates", """[{"templateName":"Istio Red"}]""",
        "spec.strategy.canary.analysis.templates[0].templateName", Name)]
    public async Task WhenARolloutIsRefused_ThenTheAnswerSaysWhatIsAllowed(string field, string value, string path, string said)
    {
        var rollout = (JsonObject)YamlDocument.Parse(
            await File.ReadAllTextAsync(Path.Combine(Snippet.Root, "deploy", "samples", "3-rollout.yaml"), Cancel)).Single().Root!;
        rollout["metadata"]!["namespace"] = "default";
        var parts = field.Split('.');
        var parent = parts[..^1].Aggregate((JsonNode)rollout["spec"]!, (node, name) => node[name]!);
        parent[parts[^1]] = JsonNode.Parse(value);

        var refused = (await Assert.ThrowsAsync<ApiException>(() => _cluster.Api.CreateAsync(KnownKinds.Rollouts, "default", rollout,
            new WriteOptions("test", DryRun: true, FieldValidation: "Strict"), Cancel)))!;

        Assert.That(refused.Status.Message,
            Does.Contain(path).And.Contains(said).And.Not.Contain("Too many").And.Not.Contain("should match"));
    }

    [TestCase("""[{"name":"up","provider":{"prometheus":{"query":"up"},"red":{"preset":"istio-service","signal":"errors"}}}]""",
        "spec.metrics[0].provider", "exactly one of ")]
    [TestCase("""[{"name":"up","provider":{}}]""", "spec.metrics[0].provider", "exactly one of ")]
    public async Task WhenATemplateIsRefused_ThenTheAnswerSaysWhatIsAllowed(string metrics, string path, string said)
    {
        var template = new JsonObject
        {
            ["apiVersion"] = KnownKinds.AnalysisTemplates.ApiVersion,
            ["kind"] = KnownKinds.AnalysisTemplates.Kind,
            ["metadata"] = new JsonObject { ["name"] = "x" },
            ["spec"] = new JsonObject { ["metrics"] = JsonNode.Parse(metrics) }
        };

        var refused = (await Assert.ThrowsAsync<ApiException>(() => _cluster.Api.CreateAsync(KnownKinds.AnalysisTemplates, "default",
            template, new WriteOptions("test", DryRun: true, FieldValidation: "Strict"), Cancel)))!;

        Assert.That(refused.Status.Message, Does.Contain(path).And.Contains(said).And.Not.Contain("Too many"));
    }
}
