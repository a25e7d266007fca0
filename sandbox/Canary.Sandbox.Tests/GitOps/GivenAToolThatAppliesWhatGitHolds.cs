using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Traffic.Istio;
using Canary.Kubernetes.Workloads;
using Canary.Sandbox.World;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.GitOps;

/// <summary>The recipes of docs/releasing-with-gitops.md, with the requests that Argo CD, Flux and Helm send.</summary>
[CancelAfter(60_000)]
public sealed class GivenAToolThatAppliesWhatGitHolds
{
    private const string Promoted = "registry.example.com/shop/checkout:1.1.0";

    private static readonly string[] _snippets = Snippets();
    private static readonly ObjectName Stable = new("shop", "checkout-stable");
    private static readonly ObjectName Routes = new("shop", "checkout");

    private ApiServerHost _server = null!;
    private ApiClient _client = null!;
    private string _kubeconfig = "";

    [SetUp]
    public async Task StartAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        _server = await ApiServerHost.StartAsync(new ApiServerOptions(), patience.Token);
        _kubeconfig = Path.Combine(Path.GetTempPath(), $"canary-gitops-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(_kubeconfig, _server.Kubeconfig(null), patience.Token);
        _client = new ApiClient(KubeConfig.Load(_kubeconfig, null), TimeProvider.System);
        foreach (var definition in Manifests.MeshDefinitions)
            await _client.CreateAsync(KnownKinds.CustomResourceDefinitions, null, definition, new WriteOptions("test"), patience.Token);
        while (!await _client.ServesAsync(IstioKinds.VirtualServices, patience.Token)) await Task.Delay(20, patience.Token);
        await _client.CreateAsync(KnownKinds.Namespaces, null, Document("{ apiVersion: v1, kind: Namespace, metadata: { name: shop } }"),
            new WriteOptions("test"), patience.Token);
    }

    [TearDown]
    public async Task StopAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        File.Delete(_kubeconfig);
    }

    [TestCase(true, true, TestName = "Argo CD, server-side apply")]
    [TestCase(true, false, TestName = "Argo CD, client-side apply")]
    [TestCase(false, true, TestName = "Argo CD without the recipe, server-side apply")]
    [TestCase(false, false, TestName = "Argo CD without the recipe, client-side apply")]
    public async Task WhenArgoCdSyncs_ThenTheRecipeDecidesWhatSurvives(bool hasRecipe, bool isServerSide, CancellationToken cancel)
    {
        var application = Document(_snippets.Single(text => text.Contains("kind: Application", StringComparison.Ordinal)));
        var options = application["spec"]!["syncPolicy"]!["syncOptions"]!.AsArray().Select(option => (string)option!).ToArray();
        Assert.That(options, Does.Contain("RespectIgnoreDifferences=true").And.Contain("ServerSideApply=true"));
        foreach (var file in Files()) await SyncAsync(file, null);
        await ReleaseAsync(cancel);

        foreach (var file in Files())
        {
            var live = await FindAsync(file, cancel);
            await SyncAsync(file, live);
        }

        await AssertAsync(survives: hasRecipe, "argocd-controller", cancel);

        // As gitops-engine does: what is ignored is taken from the live object before the rest is applied.
        async Task SyncAsync(JsonObject file, JsonObject? live)
        {
            if (hasRecipe && live is not null)
            {
                foreach (var pointer in Ignored(application, file))
                {
                    var path = pointer.Split('/')[1..];
                    file[path[0]]![path[1]] = live[path[0]]![path[1]]!.DeepClone();
                }
            }

            if (isServerSide) await ApplyAsync(file, "argocd-controller", cancel);
            else await ApplyOnTheClientAsync(file, live, "argocd-controller", cancel);
        }
    }

    [TestCase(true, TestName = "Flux")]
    [TestCase(false, TestName = "Flux without the recipe")]
    public async Task WhenFluxReconciles_ThenTheRecipeDecidesWhatSurvives(bool hasRecipe, CancellationToken cancel)
    {
        foreach (var file in Files("kustomize.toolkit.fluxcd.io/ssa")) await ReconcileAsync(file);
        await ReleaseAsync(cancel);

        foreach (var file in Files("kustomize.toolkit.fluxcd.io/ssa")) await ReconcileAsync(file);

        await AssertAsync(survives: hasRecipe, "kustomize-controller", cancel);

        async Task ReconcileAsync(JsonObject file)
        {
            if (!hasRecipe) file["metadata"]!["annotations"] = new JsonObject();
            var isOnce = (string?)file["metadata"]!["annotations"]?["kustomize.toolkit.fluxcd.io/ssa"] == "IfNotPresent";
            if (!isOnce || await FindAsync(file, cancel) is null) await ApplyAsync(file, "kustomize-controller", cancel);
        }
    }

    [TestCase(true, TestName = "Helm")]
    [TestCase(false, TestName = "Helm without the recipe")]
    public async Task WhenHelmUpgrades_ThenTheRecipeDecidesWhatSurvives(bool hasRecipe, CancellationToken cancel)
    {
        foreach (var file in Files("helm.sh/hook")) await ApplyOnTheClientAsync(file, null, "helm", cancel);
        await ReleaseAsync(cancel);

        // The chart's VirtualService has another timeout, so that Helm sends it.
        foreach (var file in Files("helm.sh/hook")
            .Where(file => !hasRecipe
                || ((string?)file["metadata"]!["annotations"]!["helm.sh/hook"])?.Contains("upgrade",
                    StringComparison.Ordinal) is not false))
        {
            if ((string?)file["kind"] == "VirtualService") file["spec"]!["http"]![0]!["timeout"] = "5s";
            await ApplyOnTheClientAsync(file, await FindAsync(file, cancel), "helm", cancel);
        }

        await AssertAsync(survives: hasRecipe, "helm", cancel);
    }

    [Test]
    public void WhenThePageIsRead_ThenEachOfItsFilesIsValidYaml()
    {
        Assert.That(_snippets, Has.Length.EqualTo(4));
        Assert.That(_snippets.SelectMany(YamlDocument.Parse).Select(document => (string?)document.Root?["kind"]), Has.All.Not.Null);
        Assert.That(Files("kustomize.toolkit.fluxcd.io/ssa").Concat(Files("helm.sh/hook")).Count(), Is.EqualTo(4));
    }

    /// <summary>The promoted template and the weights of a step, written as Canary writes them.</summary>
    private async Task ReleaseAsync(CancellationToken cancel)
    {
        await _client.PatchAsync(KnownKinds.Deployments, Stable,
            new Patch.JsonPatch(Operations($"[{{ op: add, path: /spec/template/spec/containers/0/image, value: \"{Promoted}\" }}]")), null,
            new WriteOptions("canary"), cancel);
        await _client.PatchAsync(IstioKinds.VirtualServices, Routes,
            new Patch.JsonPatch(
                Operations(
                    "[{ op: add, path: /spec/http/0/route/0/weight, value: 80 }, { op: add, path: /spec/http/0/route/1/weight, value: 20 "
                        + "}]")), null, new WriteOptions("canary"), cancel);
    }

    private async Task AssertAsync(bool survives, string manager, CancellationToken cancel)
    {
        var stable = await _client.GetAsync(KnownKinds.Deployments, Stable, cancel);
        var routes = await _client.GetAsync(IstioKinds.VirtualServices, Routes, cancel);
        var image = (string?)stable["spec"]!["template"]!["spec"]!["containers"]![0]!["image"];
        var weights = routes["spec"]!["http"]![0]!["route"]!.AsArray().Select(entry => (int?)entry!["weight"] ?? 0);

        Assert.That(image == Promoted, Is.EqualTo(survives), image);
        Assert.That(weights, Is.EqualTo(survives ? new[] { 80, 20 } : new[] { 100, 0 }));
        if (!survives) Assert.That(StableObserver.FindEditor(stable)?.By, Does.StartWith(manager), "the message names who did it");
        // The next release is written whoever owns the fields now.
        await ReleaseAsync(cancel);
    }

    private Task<JsonObject?> FindAsync(JsonObject file, CancellationToken cancel) =>
        _client.FindAsync(Kind(file), ObjectName.Of(file), cancel);

    private Task<JsonObject> ApplyAsync(JsonObject file, string manager, CancellationToken cancel) =>
        _client.PatchAsync(Kind(file), ObjectName.Of(file), new Patch.Apply(file, Force: true), null, new WriteOptions(manager), cancel);

    /// <summary>A three-way merge: strategic for kinds that the server is built with, a JSON merge for others; fields that Git does not
    /// name stay.</summary>
    private Task<JsonObject> ApplyOnTheClientAsync(JsonObject file, JsonObject? live, string manager, CancellationToken cancel)
    {
        if (live is null) return _client.CreateAsync(Kind(file), "shop", file, new WriteOptions(manager), cancel);
        var change = new JsonObject { ["spec"] = file["spec"]!.DeepClone() };
        Patch patch = Kind(file) == KnownKinds.Deployments ? new Patch.StrategicMerge(change) : new Patch.Merge(change);
        return _client.PatchAsync(Kind(file), ObjectName.Of(file), patch, null, new WriteOptions(manager), cancel);
    }

    private static ResourceKind Kind(JsonObject file) =>
        (string?)file["kind"] == "Deployment" ? KnownKinds.Deployments : IstioKinds.VirtualServices;

    /// <summary>The two objects of the recipe with this annotation; without one, as a plain repository holds them.</summary>
    private static IEnumerable<JsonObject> Files(string? annotation = null)
    {
        foreach (var document in YamlDocument.Parse(_snippets.First(text => text.Contains(annotation
            ?? "helm.sh/hook", StringComparison.Ordinal) && text.Contains("kind: Deployment", StringComparison.Ordinal))))
        {
            var file = document.Root!.AsObject();
            if (annotation is null) file["metadata"]!.AsObject().Remove("annotations");
            yield return file;
        }
    }

    private static IEnumerable<string> Ignored(JsonObject application, JsonObject file) =>
        application["spec"]!["ignoreDifferences"]!.AsArray()
        .Where(rule => (string?)rule!["kind"] == (string?)file["kind"] && (string?)rule["name"] == (string?)file["metadata"]!["name"]
            && ((string?)file["apiVersion"])!.StartsWith($"{(string?)rule["group"]}/", StringComparison.Ordinal))
        .SelectMany(rule => rule!["jsonPointers"]!.AsArray().Select(pointer => (string)pointer!));

    private static JsonObject Document(string yaml) => YamlDocument.Parse(yaml)[0].Root!.AsObject();

    private static JsonArray Operations(string yaml) => (JsonArray)YamlDocument.Parse($"of: {yaml}")[0].Root!["of"]!.DeepClone();

    private static string[] Snippets()
    {
        var page = File.ReadAllText(RepositoryFolder.PathTo("docs", "releasing-with-gitops.md"));
        return [.. Regex.Matches(page, "```yaml\n(.*?)```", RegexOptions.Singleline).Select(match => match.Groups[1].Value)];
    }
}
