using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Secrets;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Stores;
using Canary.Kubernetes.Tests.Api;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Storing;

public sealed class GivenTemplatesThatAreFilled
{
    private const string Outer = """
        metadata: { name: outer, namespace: shop }
        spec: { templates: [{ templateName: inner }] }
        """;

    private const string Inner = """
        metadata: { name: inner, namespace: shop }
        spec:
          args: [{ name: service }, { name: hash }, { name: token, valueFrom: { secretKeyRef: { name: prom, key: token } } }]
          metrics:
          - name: errors
            provider: { prometheus: { query: 'x{s="{{args.service}}",h="{{args.hash}}"}', headers: [{ key: X, value: "{{args.token}}" }] } }
        """;

    private const string Compared = """
        metadata: { name: compared, namespace: shop }
        spec:
          metrics:
          - { name: errors, count: 5, provider: { red: { preset: istio-service, signal: errors } }, compare: { with: stable, share: 0.75 } }
          - { name: latency, count: 5, provider: { red: { preset: istio-workload, signal: duration } }, compare: { with: stable } }
        """;

    private const string Circle = """
        metadata: { name: circle, namespace: shop }
        spec: { templates: [{ templateName: circle }] }
        """;

    private static readonly RunKey Key = new("9d21aa0f3c", 1, null);

    private Shop _shop = null!;
    private KubernetesRolloutStore _store = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _shop = await Shop.StartAsync(cluster =>
        {
            foreach (var template in new[] { Outer, Inner, Circle, Compared }) cluster.Put(KnownKinds.AnalysisTemplates, template);
        });
        _store = new KubernetesRolloutStore(_shop.Cluster.Client, _shop.Caches);
    }

    [TearDown]
    public async Task StopAsync() => await _shop.DisposeAsync();

    private async Task<RunCreation> MakeAsync(string template, params Argument[] arguments)
    {
        var rollout = (await _store.LoadAsync(new RolloutName("shop", "checkout"), A.Limit()))!;
        rollout = rollout with { Status = rollout.Status with { StableRevision = "6f7c9d", CanaryRevision = "9d21aa" } };
        return await _store.CreateRunAsync(rollout, Key,
            new AnalysisReference([new TemplateReference(template, false)], arguments.ToEquatableArray()), A.Limit());
    }

    private static Argument From(string name, ArgumentSource source) => new(name, null) { From = source };

    [Test]
    public async Task WhenValuesComeFromFieldsAndRevisions_ThenTheRunHasThemAndTheSecretStaysAPlaceholder()
    {
        var made = await MakeAsync("outer", From("service", new ArgumentSource.FromField("spec.traffic.canary.service")),
            From("hash", new ArgumentSource.FromRevision(RedSide.Stable)));

        Assert.That(made, Is.TypeOf<RunCreation.Exists>(), made.ToString());
        var provider = (ProviderSpec.Prometheus)((RunCreation.Exists)made).Run.Spec.Metrics.Single().Provider;
        Assert.That((provider.Query, provider.Headers[0].Value),
            Is.EqualTo(("x{s=\"checkout-canary\",h=\"6f7c9d\"}", new SecretValue.Plain("{{secret:prom/token}}"))));
    }

    [Test]
    public async Task WhenAFieldIsNotThere_ThenTheArgumentAndThePathAreSaid()
    {
        var made =
            await MakeAsync("outer", From("service", new ArgumentSource.FromField("metadata.labels['team']")), new Argument("hash", "x"));

        Assert.That(((RunCreation.Invalid)made).Problems.Single()
            .ToString(),
            Does.StartWith("spec.strategy.canary.analysis.args[0].valueFrom").And.Contain("\"service\"").And.Contain(
                "no field metadata.labels['team']"));
    }

    [Test]
    public async Task WhenAnIncludedTemplateNeedsAValue_ThenTheFieldOfTheRolloutLeadsThere()
    {
        var made = await MakeAsync("outer", new Argument("hash", "x"));

        Assert.That(((RunCreation.Invalid)made).Problems.Single()
            .ToString(),
            Does.StartWith("spec.strategy.canary.analysis.templates[0].templateName").And.Contain(
                "AnalysisTemplate shop/inner needs a value for its argument \"service\""));
    }

    [Test]
    public async Task WhenATemplateIncludesItself_ThenTheWayIsSaid()
    {
        var made = await MakeAsync("circle");

        Assert.That(((RunCreation.Invalid)made).Problems.Select(problem => problem.ToString()),
            Has.Some.Contains("AnalysisTemplate shop/circle -> AnalysisTemplate shop/circle"));
    }

    [Test]
    public async Task WhenTemplatesCompare_ThenEachSideIsFilledAndAlphaIsTheRollouts()
    {
        var rollout = (await _store.LoadAsync(new RolloutName("shop", "checkout"), A.Limit()))!;
        var steps = new AnalysisReference([new TemplateReference("compared", false)], []);
        rollout = rollout with
        {
            Spec = rollout.Spec! with { Alpha = 0.02, Steps = [new Step.Analyze(steps)], Analysis = null },
            Status = rollout.Status with { StableRevision = "6f7c9d", CanaryRevision = "9d21aa", Accepted = null },
        };
        var made = await _store.CreateRunAsync(rollout, Key with { Step = 0 }, steps, A.Limit());

        var metrics = ((RunCreation.Exists)made).Run.Spec.Metrics;
        Assert.That(metrics.Select(metric => metric.Comparison!.Alpha), Is.EqualTo([0.015, 0.005]).Within(1e-12));
        Assert.That(metrics[0].Comparison!.Against, Is.EqualTo("6f7c9d"));
        Assert.That(metrics[0].Comparison!.StableSubject,
            Is.EqualTo(new Argument[] { new("ns", "shop"), new("svc", "checkout-stable"),
                new("workload", "checkout-stable") }.ToEquatableArray()));
        Assert.That(((ProviderSpec.Red)metrics[0].Provider).Subject, Does.Contain(new Argument("svc", "checkout-canary")));
    }
}
