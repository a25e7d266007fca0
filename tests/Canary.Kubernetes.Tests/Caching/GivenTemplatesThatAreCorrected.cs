using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Stores;
using Canary.Kubernetes.Tests.Api;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Caching;

/// <summary>A rollout that waits for a template looks again as soon as it is there and right, wherever the template stands in the spec, and
/// whoever includes it.</summary>
public sealed class GivenTemplatesThatAreCorrected
{
    private const string Right =
        "spec: { metrics: [{ name: up, count: 1, successCondition: 'result[0] > 0', provider: { prometheus: { query: up } } }] }";

    private static readonly (ResourceKind Kind, string Head) Own =
        (KnownKinds.AnalysisTemplates, "metadata: { name: late, namespace: shop }");
    private static readonly (ResourceKind Kind, string Head) Cluster = (KnownKinds.ClusterAnalysisTemplates, "metadata: { name: late }");

    [Test]
    public async Task WhenItIsCorrected_ThenTheRolloutIsAffectedAndHasNoProblemAnyMore(
        [Values("analysis", "preAnalysis", "postAnalysis", "step")] string place, [Values] bool isOfTheCluster, [Values] bool isIncluded)
    {
        var (kind, head) = isOfTheCluster ? Cluster : Own;
        var reference =
            $"[{{ templateName: {(isIncluded ? "including" : "late")}{(isOfTheCluster && !isIncluded ? ", clusterScope: true" : "")} }}]";
        await using var shop = await Shop.StartAsync(cluster =>
        {
            cluster.Put(KnownKinds.AnalysisTemplates,
                $"{{ metadata: {{ name: including, namespace: shop }}, spec: {{ templates: [{{ templateName: "
                    + $"late{(isOfTheCluster ? ", clusterScope: true" : "")} }}] }} }}");
            cluster.Put(kind, $"{{ {head}, spec: {{ metrics: [{{ name: up }}] }} }}");
        });
        shop.Cluster.Put(KnownKinds.Rollouts, WithAnalysis(place, reference));
        await shop.CaughtUpAsync(KnownKinds.Rollouts, "checkout");
        var store = new KubernetesRolloutStore(shop.Cluster.Client, shop.Caches);
        var analysis = new AnalysisReference([new TemplateReference(isIncluded ? "including" : "late", isOfTheCluster && !isIncluded)], []);
        var before = await store.CheckAnalysisAsync(shop.Snapshot(), analysis, "spec.strategy.canary.preAnalysis", A.Limit());
        lock (shop.Affected) shop.Affected.Clear();

        shop.Cluster.Put(kind, $"{{ {head}, {Right} }}");
        await Eventually.ThatAsync(() => IsAffected(shop), "the rollout is affected");

        var after = await store.CheckAnalysisAsync(shop.Snapshot(), analysis, "spec.strategy.canary.preAnalysis", A.Limit());
        Assert.That((before.Count, after.Count), Is.EqualTo((1, 0)), string.Join("; ", before.Concat(after)));
    }

    private static bool IsAffected(Shop shop)
    {
        lock (shop.Affected) return shop.Affected.Count > 0;
    }

    private static string WithAnalysis(string place, string reference)
    {
        var analysis = $"{{ templates: {reference} }}";
        return place == "step"
            ? Shop.Rollout.Replace("steps: [", $"steps: [{{ analysis: {analysis} }}, ", StringComparison.Ordinal)
            : Shop.Rollout.Replace("      steps:", $"      {place}: {analysis}\n      steps:", StringComparison.Ordinal);
    }
}
