using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Stores;
using Canary.Kubernetes.Tests.Api;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Storing;

public sealed class GivenARunByItself
{
    private const string Errors = """
        metadata: { name: errors, namespace: shop }
        spec:
          args: [{ name: max, value: "1" }]
          metrics: [{ name: errors, successCondition: "result[0] < {{args.max}}", provider: { prometheus: { address: "http://ann:s3cret@prometheus:9090", query: up } } }]
        """;

    private static readonly string Latency = Errors.Replace("name: errors", "name: latency").Replace("\"1\"", "\"2\"")
        .Replace("ann:s3cret@", "");

    private Shop _shop = null!;
    private KubernetesAnalysisStore _store = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _shop = await Shop.StartAsync(cluster =>
        {
            cluster.Put(KnownKinds.AnalysisTemplates, Errors);
            cluster.Put(KnownKinds.AnalysisTemplates, Latency);
            cluster.Put(KnownKinds.AnalysisRuns,
                "{ metadata: { name: one, namespace: shop, uid: u1 }, spec: { templates: [{ templateName: errors }], args: [{ name: "
                    + "nobody, value: x }] } }");
            cluster.Put(KnownKinds.AnalysisRuns,
                "{ metadata: { name: two, namespace: shop, uid: u2 }, spec: { templates: [{ templateName: errors }, { templateName: "
                    + "latency }] } }");
            cluster.Put(KnownKinds.AnalysisRuns,
                "{ metadata: { name: given, namespace: shop, uid: u3 }, spec: { templates: [{ templateName: errors }, { templateName: "
                    + "latency }], args: [{ name: max, value: '3' }] } }");
        });
        _store = new KubernetesAnalysisStore(_shop.Cluster.Client, _shop.Caches,
            new KubernetesNotifier(_shop.Cluster.Client, "test", TimeProvider.System, NullLogger<KubernetesNotifier>.Instance));
    }

    [TearDown]
    public async Task StopAsync() => await _shop.DisposeAsync();

    private async Task<StandaloneRunSnapshot> LoadAsync(string name) => (await _store.LoadAsync("shop", name, A.Limit()))!;

    [Test]
    public async Task WhenAnArgumentIsOfNoTemplate_ThenTheRunIsMadeWithoutIt() =>
        Assert.That((await LoadAsync("one")).Spec!.Metrics.Single().SuccessCondition, Is.EqualTo("result[0] < 1"));

    [Test]
    public async Task WhenTemplatesShareAnArgument_ThenItsValueIsThatOfBoth() =>
        Assert.That((await LoadAsync("given")).Spec!.Metrics.Select(metric => metric.SuccessCondition),
            Is.EqualTo(new[] { "result[0] < 3", "result[0] < 3" }));

    [Test]
    public async Task WhenTheirDefaultsDiffer_ThenTheRunEndsAndDoesNotWait()
    {
        var run = await LoadAsync("two");

        Assert.That((run.Spec, run.MayHeal), Is.EqualTo(((RunSpec?)null, false)));
        Assert.That(run.Problems.Single()
            .ToString(), Does.Contain("AnalysisTemplate shop/latency has \"2\"").And.Contain("AnalysisTemplate shop/errors has \"1\""));
    }

    [Test]
    public async Task WhenItIsSaved_ThenTheStatusHasNoPasswordAndTheRunHasItAgain()
    {
        var run = await LoadAsync("one");

        await _store.SaveAsync(run, run.Status with { Phase = RunPhase.Running, StartedAt = DateTimeOffset.UnixEpoch }, A.Limit());
        await _shop.CaughtUpAsync(KnownKinds.AnalysisRuns, "one");

        Assert.That(_shop.Cluster.Get(KnownKinds.AnalysisRuns, "shop", "one")
            .ToJsonString(), Does.Contain("http://ann:[redacted]@prometheus:9090").And.Not.Contain("s3cret"));
        Assert.That(((ProviderSpec.Prometheus)(await LoadAsync("one")).Spec!.Metrics.Single().Provider).Address,
            Is.EqualTo("http://ann:s3cret@prometheus:9090"));
    }
}
