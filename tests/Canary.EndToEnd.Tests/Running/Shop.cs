using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Traffic.GatewayApi;
using Canary.Kubernetes.Traffic.Istio;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests.Running;

/// <summary>One service of a world, by the name of its Service, its workload, its route and its Rollout: what a team does to it, and what
/// a test reads of it.</summary>
internal sealed class Shop(World world, string ns, string name, CancellationToken cancel)
{
    public static readonly WriteOptions Writing = new("end-to-end-tests");

    private const string Sides =
        """[{"destination":{"host":"NAME-stable"},"weight":100},{"destination":{"host":"NAME-canary"},"weight":0}]""";

    private const string GatewaySides =
        """[{"name":"NAME-stable","port":80,"weight":100},{"name":"NAME-canary","port":80,"weight":0}]""";

    public World World => world;

    public CancellationToken Cancel => cancel;

    public ObjectName Name { get; } = new(ns, name);

    public ObjectName Copy { get; } = new(ns, $"{name}-stable");

    public Task<JsonObject> CreateAsync(ResourceKind kind, string document) =>
        world.Api.CreateAsync(kind, ns, JsonNode.Parse(document)!.AsObject(), Writing, cancel);

    /// <summary>Creates the Rollout.</summary>
    /// <param name="strategy">JSON of <c>spec.strategy</c>.</param>
    /// <param name="traffic">JSON of <c>spec.traffic</c>; null: the VirtualService of the name.</param>
    /// <param name="kind">Kind of the workload.</param>
    /// <param name="more">Further fields of the spec.</param>
    public Task CreateRolloutAsync(string strategy, string? traffic = null, string kind = "Deployment", string more = "{}")
    {
        var spec = JsonNode.Parse(more)!.AsObject();
        spec["workload"] = new JsonObject { ["kind"] = kind, ["name"] = name };
        spec["traffic"] = JsonNode.Parse(traffic ?? $$$"""{"istio":{"virtualServices":[{"name":"{{{name}}}","routes":["primary"]}]}}""");
        spec["strategy"] = JsonNode.Parse(strategy);
        return CreateAsync(KnownKinds.Rollouts, new JsonObject
        {
            ["apiVersion"] = "canary.delivery/v1alpha1",
            ["kind"] = "Rollout",
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = spec,
        }.ToJsonString());
    }

    /// <summary>Creates the workload at version 1.0.0, and waits for its pods.</summary>
    public async Task CreateWorkloadAsync(ResourceKind kind, string more)
    {
        var spec = JsonNode.Parse(more)!.AsObject();
        spec["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = name } };
        spec["template"] = JsonNode.Parse($$$"""
            {"metadata":{"labels":{"app":"{{{name}}}","version":"1.0.0"}},
             "spec":{"containers":[{"name":"{{{name}}}","image":"registry.example/checkout:1.0.0",
               "ports":[{"name":"http","containerPort":8080}],"env":{{{Environment("1.0.0", 0)}}}}]}}
            """);
        await CreateAsync(kind, new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = kind.Kind,
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = spec,
        }.ToJsonString());
        await UntilAsync($"the {kind.Kind} is available", async () => (await world.Api.GetAsync(kind, Name, cancel))["status"] is { } status
            && ((int?)status["readyReplicas"] ?? (int?)status["numberReady"]) >= ((int?)spec["replicas"] ?? 3));
    }

    /// <summary>Ships a version, as a pipeline does.</summary>
    public Task DeployAsync(string version, double errorRate = 0, ResourceKind? kind = null) => world.Api.PatchAsync(
        kind ?? KnownKinds.Deployments, Name,
        new Patch.JsonPatch(
        [
            JsonPatchText.Add("/spec/template/spec/containers/0/env", JsonNode.Parse(Environment(version, errorRate))),
            JsonPatchText.Add("/spec/template/metadata/labels/version", version),
        ]), null, Writing, cancel);

    /// <summary>Writes a request on the Rollout.</summary>
    /// <param name="action">Such as <c>promote</c>.</param>
    /// <param name="more">Further fields of the request.</param>
    public async Task AskAsync(string action, params (string Field, JsonNode Value)[] more)
    {
        var request = new JsonObject { ["id"] = Guid.NewGuid().ToString("N")[..8], ["action"] = action, ["by"] = "end-to-end" };
        foreach (var (field, value) in more) request[field] = value;
        await ChangeAsync(new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["annotations"] = new JsonObject { ["canary.delivery/request"] = request.ToJsonString() },
            },
        });
        var id = (string?)request["id"];
        await UntilAsync($"{action} is answered", status => (string?)status["lastRequest"]?["id"] == id);
    }

    /// <summary>Merges into the Rollout.</summary>
    public Task<JsonObject> ChangeAsync(JsonObject change) =>
        world.Api.PatchAsync(KnownKinds.Rollouts, Name, new Patch.Merge(change), null, Writing, cancel);

    /// <summary>Deletes the Rollout, and waits until it is gone.</summary>
    public async Task DeleteRolloutAsync(int seconds = 90)
    {
        await world.Api.DeleteAsync(KnownKinds.Rollouts, Name, DeleteOptions.Default, cancel);
        await UntilAsync("the Rollout is gone", async () => await world.Api.FindAsync(KnownKinds.Rollouts, Name, cancel) is null, seconds);
    }

    /// <summary>Creates the Service that clients call.</summary>
    public Task CreateServiceAsync() => CreateAsync(KnownKinds.Services, $$$"""
        {"apiVersion":"v1","kind":"Service","metadata":{"name":"{{{name}}}"},
         "spec":{"selector":{"app":"{{{name}}}"},"ports":[{"name":"http","port":80,"targetPort":"http"}]}}
        """);

    /// <summary>A VirtualService that sends everything to the Service, as before Canary.</summary>
    public Task CreateVirtualServiceAsync() => CreateAsync(IstioKinds.VirtualServices, $$$"""
        {"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{"name":"{{{name}}}"},
         "spec":{"hosts":["{{{name}}}"],"http":[{"name":"primary","route":[{"destination":{"host":"{{{name}}}","port":{"number":80}} }]}]}}
        """);

    /// <summary>An HTTPRoute that sends everything to the Service, as before Canary.</summary>
    public Task CreateHttpRouteAsync() => CreateAsync(GatewayKinds.HttpRoutes, $$$"""
        {"apiVersion":"gateway.networking.k8s.io/v1","kind":"HTTPRoute","metadata":{"name":"{{{name}}}"},
         "spec":{"parentRefs":[{"group":"","kind":"Service","name":"{{{name}}}","port":80}],
           "rules":[{"name":"primary","backendRefs":[{"name":"{{{name}}}","port":80}]}]}}
        """);

    /// <summary>Writes the destinations of the only route; null: both sides, at 100 and 0.</summary>
    public Task RouteAsync(string? destinations = null) => world.Api.PatchAsync(IstioKinds.VirtualServices, Name,
        new Patch.JsonPatch([JsonPatchText.Add("/spec/http/0/route", JsonNode.Parse(destinations ?? Named(Sides)))]), null, Writing,
        cancel);

    /// <summary>Writes both sides into the HTTPRoute, at 100 and 0.</summary>
    public Task RouteGatewayAsync() => world.Api.PatchAsync(GatewayKinds.HttpRoutes, Name,
        new Patch.JsonPatch([JsonPatchText.Add("/spec/rules/0/backendRefs", JsonNode.Parse(Named(GatewaySides)))]), null, Writing, cancel);

    public Task<JsonObject> UntilAsync(string what, Func<JsonNode, bool> isSo, int seconds = 90) =>
        world.UntilAsync($"{ns}: {what}", Name, isSo, cancel, seconds);

    public Task<JsonObject> UntilPhaseAsync(string phase, int seconds = 90) =>
        UntilAsync($"phase {phase}", status => (string?)status["phase"] == phase, seconds);

    /// <summary>Waits until the newest release is promoted and over.</summary>
    /// <param name="version">What the stable copy then runs; null: there is no copy.</param>
    /// <param name="seconds">After which it fails.</param>
    public async Task UntilPromotedAsync(string? version, int seconds = 150)
    {
        if (version is not null)
            await UntilAsync($"the copy runs {version}", async () => await VersionAsync(Copy.Name) == version, seconds);
        await UntilAsync("promoted", status => (string?)status["history"]?[0]?["outcome"] == "Promoted"
            && (string?)status["phase"] == "Healthy", seconds);
    }

    /// <summary>Waits until the canary has this weight.</summary>
    public Task<JsonObject> UntilWeightAsync(int weight, int seconds = 90) =>
        UntilAsync($"weight {weight}", status => (int?)status["weights"]?["applied"] == weight, seconds);

    public async Task UntilAsync(string what, Func<Task<bool>> isSo, int seconds = 90)
    {
        for (var tries = 0; !await isSo(); tries++)
        {
            if (tries > seconds * 5) Assert.Fail($"{ns}: not within {seconds} s: {what}\n{world.Logs()}");
            await Task.Delay(200, cancel);
        }
    }

    /// <summary>Waits until stable's Service selects the pods of the copy.</summary>
    public Task UntilCopyServesAsync() => UntilAsync("the copy serves",
        async () => await SelectorAsync(Copy.Name) == new JsonObject { ["app"] = Copy.Name }.ToJsonString());

    /// <summary>Waits until the workload has no pods: nothing is released.</summary>
    public Task UntilIdleAsync() => UntilAsync("the workload has no pods", async () => await ReplicasAsync(name) == 0);

    public async Task<int?> ReplicasAsync(string deployment) =>
        (int?)(await world.Api.GetAsync(KnownKinds.Deployments, new ObjectName(ns, deployment), cancel))["spec"]!["replicas"];

    public async Task<int> ReadyReplicasAsync(string deployment) =>
        (int?)(await world.Api.GetAsync(KnownKinds.Deployments, new ObjectName(ns, deployment), cancel))["status"]?["readyReplicas"] ?? 0;

    public async Task<string?> SelectorAsync(string service) =>
        (await world.Api.FindAsync(KnownKinds.Services, new ObjectName(ns, service), cancel))?["spec"]!["selector"]!.ToJsonString();

    /// <summary>The version in the pod template of a Deployment.</summary>
    public async Task<string?> VersionAsync(string deployment) =>
        VersionOf((await world.Api.GetAsync(KnownKinds.Deployments, new ObjectName(ns, deployment), cancel))["spec"]!["template"]!);

    /// <summary>The versions of the pods that are not ending, in the order of their names.</summary>
    public async Task<string> VersionsAsync() => string.Join(' ', (await PodsAsync()).Select(VersionOf));

    /// <summary>The pods that are not ending, in the order of their names.</summary>
    public async Task<IReadOnlyList<JsonObject>> PodsAsync() =>
    [
        .. (await world.Api.ListAllAsync(KnownKinds.Pods, ns, ListOptions.All, cancel)).Items
            .Where(pod => (string?)pod["metadata"]!["deletionTimestamp"] is null)
            .OrderBy(pod => (string?)pod["metadata"]!["name"], StringComparer.Ordinal),
    ];

    /// <summary>The one number that a query has; NaN: it has none.</summary>
    public async Task<double> QueryAsync(string query)
    {
        using var client = new HttpClient();
        var answer = JsonNode.Parse(await client.GetStringAsync(
            new Uri(world.Prometheus, $"api/v1/query?query={Uri.EscapeDataString(query)}"), cancel))!;
        var result = answer["data"]!["result"]!.AsArray();
        return result.Count == 0 ? double.NaN : double.Parse((string)result[0]!["value"]![1]!, CultureInfo.InvariantCulture);
    }

    /// <summary>Failed requests of all that the mesh saw: counters of the proxies, as Prometheus has them after its next scrape.</summary>
    public async Task<double> FailedRequestsAsync()
    {
        await Task.Delay(TimeSpan.FromSeconds(3), cancel);
        return await QueryAsync("""sum(last_over_time(istio_requests_total{response_code=~"0|5.."}[15m])) or vector(0)""");
    }

    private static string Environment(string version, double errorRate) => $$$"""
        [{"name":"VERSION","value":"{{{version}}}"},{"name":"ERROR_RATE","value":"{{{errorRate.ToString(CultureInfo.InvariantCulture)}}}"},
         {"name":"LATENCY","value":"5ms"}]
        """;

    private static string? VersionOf(JsonNode pod) => (string?)(pod["spec"]!["containers"]![0]!["env"] as JsonArray)!
        .First(variable => (string?)variable!["name"] == "VERSION")!["value"];

    private string Named(string text) => text.Replace("NAME", name, StringComparison.Ordinal);
}
