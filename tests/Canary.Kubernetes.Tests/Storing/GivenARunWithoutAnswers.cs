using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Stores;
using Canary.Kubernetes.Tests.Api;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Storing;

/// <summary>A run that was made from a template, which is then corrected, changed to something that cannot be read, or left
/// alone.</summary>
public sealed class GivenARunWithoutAnswers
{
    private static readonly RunKey Key = new("9d21aa0f3c", 1, null);

    [Test]
    public async Task WhenItsTemplateIsCorrected_ThenItIsMadeAnewFromIt([Values] bool isOfTheCluster)
    {
        var (kind, head) = isOfTheCluster ? (KnownKinds.ClusterAnalysisTemplates, "metadata: { name: late }")
            : (KnownKinds.AnalysisTemplates, "metadata: { name: late, namespace: shop }");
        await using var shop = await Shop.StartAsync(cluster => cluster.Put(kind, Template(head, "sum(upp")));
        var store = new KubernetesRolloutStore(shop.Cluster.Client, shop.Caches);
        var analysis = new AnalysisReference([new TemplateReference("late", isOfTheCluster)], []);
        var made = await MakeAsync(shop, store, analysis);
        Assert.That(await store.RenewRunAsync(shop.Snapshot(), made, analysis, A.Limit()), Is.False, "the template is as it was");

        shop.Cluster.Put(kind, Template(head, "sum(up)"));
        await Eventually.ThatAsync(() => Known(shop, kind)
            .Contains("sum(up)", StringComparison.Ordinal), "the corrected template is known");
        Assert.That(await store.RenewRunAsync(shop.Snapshot(), made, analysis, A.Limit()), Is.True);
        await Eventually.ThatAsync(() => shop.Caches.Runs.List("shop").Count == 0, "the run is gone");
        var anew = await MakeAsync(shop, store, analysis);

        Assert.That((Query(made), Query(anew)), Is.EqualTo(("sum(upp", "sum(up)")));
    }

    [Test]
    public async Task WhenItsTemplateCannotBeRead_ThenItStays()
    {
        const string head = "metadata: { name: late, namespace: shop }";
        await using var shop = await Shop.StartAsync(cluster => cluster.Put(KnownKinds.AnalysisTemplates, Template(head, "up")));
        var store = new KubernetesRolloutStore(shop.Cluster.Client, shop.Caches);
        var analysis = new AnalysisReference([new TemplateReference("late", false)], []);
        var made = await MakeAsync(shop, store, analysis);

        shop.Cluster.Put(KnownKinds.AnalysisTemplates, $"{{ {head}, spec: {{ metrics: [{{ name: up }}] }} }}");
        await Eventually.ThatAsync(() => !Known(shop, KnownKinds.AnalysisTemplates)
            .Contains("result", StringComparison.Ordinal), "the broken template is known");

        Assert.That(await store.RenewRunAsync(shop.Snapshot(), made, analysis, A.Limit()), Is.False);
        Assert.That(await store.LoadRunsAsync(shop.Snapshot(), A.Limit()), Has.Count.EqualTo(1));
    }

    // Those of a version need subsets, which the Rollout of these tests does not have.
    private static IEnumerable<string> Library() =>
        Directory.EnumerateFiles(RepositoryFolder.PathTo("analysis-templates"), "*.yaml")
        .Where(file => !file.EndsWith("kustomization.yaml", StringComparison.Ordinal)
            && !file.EndsWith("-version.yaml", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    /// <remarks>A run that is not what its template says would be made anew for ever.</remarks>
    [TestCaseSource(nameof(Library))]
    public async Task WhenATemplateOfTheLibraryIsAsItWas_ThenItsRunStays(string file)
    {
        var text = (await File.ReadAllTextAsync(file)).Replace("metadata:\n", "metadata:\n  namespace: shop\n", StringComparison.Ordinal);
        await using var shop = await Shop.StartAsync(cluster => cluster.Put(KnownKinds.AnalysisTemplates, text));
        var store = new KubernetesRolloutStore(shop.Cluster.Client, shop.Caches);
        var analysis = new AnalysisReference([new TemplateReference(Path.GetFileNameWithoutExtension(file), false)],
            [.. Needed(text).Select(name => new Argument(name, "1"))]);
        var made = await MakeAsync(shop, store, analysis);

        Assert.That(await store.RenewRunAsync(shop.Snapshot(), made, analysis, A.Limit()), Is.False);
    }

    private static IEnumerable<string> Needed(string text) => Canary.Kubernetes.JsonFields.Json.Objects(Yaml.Object(text), "spec", "args")
        .Where(argument => argument["value"] is null && argument["valueFrom"] is null).Select(argument => (string)argument["name"]!);

    private static async Task<RunSnapshot> MakeAsync(Shop shop, KubernetesRolloutStore store, AnalysisReference analysis)
    {
        var created = await store.CreateRunAsync(shop.Snapshot(), Key, analysis, A.Limit());
        Assert.That(created, Is.TypeOf<RunCreation.Exists>(), $"{(created as RunCreation.Invalid)?.Problems}");
        return ((RunCreation.Exists)created).Run;
    }

    private static string Query(RunSnapshot run) => ((ProviderSpec.Prometheus)run.Spec.Metrics[0].Provider).Query;

    private static string Known(Shop shop, ResourceKind kind) =>
        kind.IsNamespaced ? $"{shop.Caches.Templates.Get(new ObjectName("shop", "late"))}"
        : $"{shop.Caches.ClusterTemplates.Get(new ObjectName(null, "late"))}";

    private static string Template(string head, string query) =>
        $"{{ {head}, spec: {{ metrics: [{{ name: up, interval: 5s, successCondition: 'result[0] > 0', provider: {{ prometheus: {{ query: "
            + $"'{query}' }} }} }}] }} }}";
}
