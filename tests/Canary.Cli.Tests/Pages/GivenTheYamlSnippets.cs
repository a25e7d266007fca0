using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Tests.Watching;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Linting;
using Canary.Kubernetes.Mapping;
using Canary.Sandbox.World;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Canary.Cli.Tests.Pages;

/// <summary>Every object that the pages show: lint finds no error in it, and an API server takes it.</summary>
[CancelAfter(120_000)]
public sealed class GivenTheYamlSnippets
{
    private const string Space = "pages";

    /// <summary>What another tool reads: a kind that the API server of the sandbox does not have, or the configuration of Alertmanager,
    /// which is a file of the repository too.</summary>
    private const string ArgoApplication = "Application";

    /// <summary>What <c>kubectl apply -k</c> reads.</summary>
    private const string Kustomization = "Kustomization";

    private SmallCluster _cluster = null!;

    private static CancellationToken Cancel => TestContext.CurrentContext.CancellationToken;

    private static IEnumerable<TestCaseData> Blocks() =>
        Snippet.All.Where(snippet => snippet.Language == "yaml")
        .Select(snippet => new TestCaseData(snippet.Text).SetArgDisplayNames(snippet.ToString()));

    // The sandbox has no kinds of these groups. GivenPatchesOfRouters has objects of them, and the definitions of their projects.
    private static readonly string[] NotInstalled =
        ["traefik.io", "projectcontour.io", "policy.linkerd.io", "kuma.io", "apisix.apache.org", "split.smi-spec.io"];

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _cluster = await SmallCluster.StartAsync(CancellationToken.None);
        await new Installer(_cluster.Api, TimeProvider.System, NullLogger.Instance).InstallKindsAsync("v1", CancellationToken.None);
        var space = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = Space } };
        await _cluster.Api.CreateAsync(KnownKinds.Namespaces, null, space, new WriteOptions("test"), CancellationToken.None);
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await _cluster.DisposeAsync();

    [TestCaseSource(nameof(Blocks))]
    public void WhenItIsLintedAsItStandsThere_ThenThereIsNoError(string block)
    {
        // The configuration of Alertmanager is no object of Kubernetes.
        if (Objects(block).Any(document => document.ContainsKey("receivers"))) return;

        Assert.That(Errors([new LintSource("block.yaml", block)]), Is.Empty);
        Assert.That(Errors(WithLibrary(block)), Is.Empty);
    }

    [TestCaseSource(nameof(Blocks))]
    public async Task WhenItIsApplied_ThenTheApiServerTakesIt(string block)
    {
        foreach (var document in Objects(block)
            .Where(document => (string?)document["kind"] is not (null or ArgoApplication or Kustomization)
                && !NotInstalled.Contains(((string)document["apiVersion"]!).Split('/')[0])))
        {
            document["metadata"]!["namespace"] = Space;
            await _cluster.Api.CreateAsync(Kind(document), Space, document,
                new WriteOptions("test", DryRun: true, FieldValidation: "Strict"), Cancel);
        }
    }

    [Test]
    public void WhenAKustomizationIsShown_ThenItIsTheFileOfTheRepository()
    {
        var file = File.ReadAllText(Path.Combine(Snippet.Root, "deploy", "overlays", "your-cluster", "kustomization.yaml"));

        var shown = Snippet.All.Single(snippet => snippet.Language == "yaml"
            && snippet.Text.Contains($"kind: {Kustomization}", StringComparison.Ordinal));

        Assert.That(file.TrimEnd(), Does.EndWith(shown.Text));
    }

    [Test]
    public async Task WhenItHasQueries_ThenPrometheusCanReadThem()
    {
        var queries = Snippet.All.Where(snippet => snippet.Language == "yaml")
            .SelectMany(snippet => LintQueries.Collect(WithLibrary(snippet.Text), DateTimeOffset.UnixEpoch))
            .Select(located => located.Query.Query).Distinct().ToArray();
        var error = await Promtool.CheckAsync(queries, Cancel);

        Assert.That(queries, Has.Length.GreaterThan(2));
        Assert.That(error, Is.Empty);
    }

    [Test]
    public async Task WhenAQueryIsShown_ThenPrometheusCanReadIt()
    {
        var queries = Snippet.All.Where(snippet => snippet.Language == "promql").Select(snippet => snippet.Text).ToArray();

        Assert.That(queries, Has.Length.GreaterThan(20));
        Assert.That(await Promtool.CheckAsync(queries, Cancel), Is.Empty);
    }

    /// <summary>The block, and the templates of the library, which a page names without repeating them.</summary>
    private static LintSource[] WithLibrary(string block) =>
    [
        new LintSource("block.yaml", block),
        .. Directory.EnumerateFiles(Path.Combine(Snippet.Root, "analysis-templates"), "*.yaml")
        .Select(file => new LintSource(file, File.ReadAllText(file))),
    ];

    private static IEnumerable<string> Errors(LintSource[] sources) =>
        OfflineLint.Check(sources).Where(finding => !finding.IsWarning).Select(finding => finding.ToString());

    private static ResourceKind Kind(JsonObject document)
    {
        var (version, kind) = ((string)document["apiVersion"]!, (string)document["kind"]!);
        var parts = version.Split('/');
        return new ResourceKind(parts.Length == 2 ? parts[0] : "", parts[^1], kind.ToLowerInvariant() + "s", kind, true);
    }

    private static IEnumerable<JsonObject> Objects(string block) =>
        YamlDocument.Parse(block).Select(document => document.Root).OfType<JsonObject>();
}
