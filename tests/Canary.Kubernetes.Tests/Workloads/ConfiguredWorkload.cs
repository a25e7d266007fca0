using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Traffic;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Tests.Api;

namespace Canary.Kubernetes.Tests.Workloads;

/// <summary>A Deployment whose pods read two ConfigMaps, of which one is not there, and a Secret.</summary>
public abstract class ConfiguredWorkload : OneWorkload
{
    private protected const string KeySecret = """
        metadata: { name: canary-controller-key, namespace: canary-system }
        data: { key: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=" }
        """;

    private protected override ObjectName? Key => new("canary-system", "canary-controller-key");

    private protected async Task StartConfiguredAsync(Action<FakeCluster>? change = null)
    {
        var workload = Yaml.Object(Deployment);
        var spec = (JsonObject)workload["spec"]!["template"]!["spec"]!;
        spec["containers"]![0]!["envFrom"] = JsonNode.Parse("""[{"configMapRef":{"name":"checkout"}}]""");
        spec["containers"]![0]!["env"] = JsonNode.Parse(
            """[{"name":"MODE","valueFrom":{"configMapKeyRef":{"name":"modes","key":"mode","optional":true}}}]""");
        spec["volumes"] = JsonNode.Parse("""[{"name":"credentials","secret":{"secretName":"database"}}]""");
        await StartAsync(workload.ToJsonString());
        _shop.Cluster.Put(KnownKinds.Secrets, KeySecret);
        Write("checkout", """{"greeting":"hello"}""");
        _shop.Cluster.Put(KnownKinds.Secrets,
            """{ metadata: { name: database, namespace: shop }, type: Opaque, data: { password: "aHVudGVyMg==" } }""");
        change?.Invoke(_shop.Cluster);
    }

    /// <summary>Copied, and the copy serves.</summary>
    private protected async Task<RolloutStatus> ServeAsync()
    {
        await ArrangeAsync(Copying);
        BeReady("checkout-stable");
        await CaughtUpAsync();
        await ArrangeAsync(Serving);
        var seen = await ObserveAsync();
        return RolloutStatus.New with
        {
            Accepted = _shop.Snapshot().Spec,
            RevisionScheme = seen.Scheme,
            StableRevision = seen.First.Revision,
            CanaryRevision = seen.Second.Revision,
        };
    }

    /// <summary>Writes a ConfigMap, and waits until a look finds another content than before.</summary>
    private protected async Task<WorkloadReading> ChangeAsync(RolloutStatus status, string name, string data, string? annotations = null)
    {
        var before = (await LookAsync(status)).Second.Configuration;
        Write(name, data, annotations);
        WorkloadReading seen = null!;
        await Eventually.ThatAsync(async () => (seen = await LookAsync(status)).Second.Configuration != before, $"{name} is another one");
        return seen;
    }

    private protected Task<WorkloadReading> LookAsync(RolloutStatus status) =>
        Workloads.ObserveAsync(_shop.Snapshot() with { Status = status }, _shop.Traffic(), A.Limit());

    private protected Task<WriteResult> PromoteAsync(RolloutStatus status, string revision) =>
        Workloads.PromoteTemplateAsync(_shop.Snapshot() with { Status = status }, _shop.Traffic(), Side.NamedCanary, revision,
            new Claim("rollout-1", 1, 1), A.Limit());

    private protected void Write(string name, string data, string? annotations = null) => _shop.Cluster.Put(KnownKinds.ConfigMaps,
        $$"""{ metadata: { name: {{name}}, namespace: shop, annotations: {{annotations ?? "{}"}} }, data: {{data}} }""");

    private protected string[] Names(ResourceKind kind) =>
        [.. _shop.Cluster.List(kind).Where(one => Json.Namespace(one) == "shop").Select(Json.Name).Order(StringComparer.Ordinal)];

    private protected JsonObject Container(string deployment) =>
        (JsonObject)Get(KnownKinds.Deployments, deployment)["spec"]!["template"]!["spec"]!["containers"]![0]!;

    private protected string ReadMap(string deployment) => Json.Text(Container(deployment)["envFrom"]![0], "configMapRef", "name")!;

    private protected static readonly CopyLevels Again = new(StableServing.Neither, 3, null, null);
}
