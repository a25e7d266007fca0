using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Tests.Watching;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.Cli.Tests.Analyzing;

/// <summary><c>canary analyze</c> with templates that are in the cluster, or are not.</summary>
[CancelAfter(60_000)]
public sealed class GivenATemplateOfTheCluster
{
    private const string Metric =
        """{"name":"up","count":1,"successCondition":"result[0] >= {{args.least}}","provider":{"prometheus":{"address":"http://127.0.0.1:1","query":"up"}}}""";
    private static readonly WriteOptions Writing = new("test");

    private SmallCluster _cluster = null!;

    private static CancellationToken Cancel => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task StartAsync()
    {
        _cluster = await SmallCluster.StartAsync(Cancel);
        await CreateAsync(KnownKinds.AnalysisTemplates, "up", $$"""{"args":[{"name":"least","value":"1"}],"metrics":[{{Metric}}]}""");
        await CreateAsync(KnownKinds.AnalysisTemplates, "needs-a-value", $$"""{"args":[{"name":"least"}],"metrics":[{{Metric}}]}""");
        await CreateAsync(KnownKinds.AnalysisTemplates, "including", """{"templates":[{"templateName":"gone","clusterScope":true}]}""");
        await CreateAsync(KnownKinds.ClusterAnalysisTemplates, "shared", """{"templates":[{"templateName":"up"}]}""");
    }

    [TearDown]
    public async Task StopAsync() => await _cluster.DisposeAsync();

    [Test]
    public async Task WhenAFileHoldsATemplateOfAnotherForm_ThenThatIsSaidAndNotOfTheCluster()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "kind: AnalysisTemplate\nmetadata: 7\nspec: [1]", Cancel);

        var (ended, _, error) = await _cluster.RunAsync($"analyze -f {file}");
        File.Delete(file);

        Assert.That((ended, error),
            Is.EqualTo((2, "error: spec.metrics: it is missing; metrics are needed, or templates that have some\n")));
    }

    [TestCase("--template nope", 3,
        "error: there is no AnalysisTemplate nope in namespace default; there are including, needs-a-value, up. Nothing was made")]
    [TestCase("--cluster-template nope", 3, "error: there is no ClusterAnalysisTemplate nope; there are shared. Nothing was made")]
    [TestCase("--template up --template including", 3,
        "error: there is no ClusterAnalysisTemplate gone; there are shared. Nothing was made")]
    [TestCase("--template needs-a-value", 2, "least")]
    public async Task WhenTheRunCouldNotBegin_ThenItIsRefusedBeforeItIsMade(string options, int code, string said)
    {
        var (ended, output, error) = await _cluster.RunAsync($"analyze {options}");

        Assert.That((ended, output), Is.EqualTo((code, "")), error);
        Assert.That(error, Does.StartWith("error: ").And.Contains(said));
        Assert.That((await RunsAsync()).Items, Is.Empty);
    }

    [TestCase("--template up")]
    [TestCase("--cluster-template shared")]
    [TestCase("--template needs-a-value --arg least=1")]
    public async Task WhenTheRunCanBegin_ThenItIsMade(string options)
    {
        var (ended, output, error) = await _cluster.RunAsync($"analyze {options} --name by-hand");

        Assert.That((ended, output.Trim()), Is.EqualTo((0, "AnalysisRun default/by-hand is made")), error);
        Assert.That((await RunsAsync()).Items.Select(run => ObjectName.Of(run).Name), Is.EqualTo(new[] { "by-hand" }));
    }

    private Task<ObjectList> RunsAsync() => _cluster.Api.ListAllAsync(KnownKinds.AnalysisRuns, "default", new ListOptions(), Cancel);

    private Task CreateAsync(ResourceKind kind, string name, string spec) => _cluster.Api.CreateAsync(
        kind,
        kind.IsNamespaced ? "default" : null,
        new JsonObject
        {
            ["apiVersion"] = kind.ApiVersion,
            ["kind"] = kind.Kind,
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = JsonNode.Parse(spec)
        },
        Writing,
        Cancel);
}
