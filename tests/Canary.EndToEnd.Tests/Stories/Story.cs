using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using Canary.Kubernetes.Api.Objects;

namespace Canary.EndToEnd.Tests.Stories;

/// <summary>One story in a namespace of its own: its services, the requests to them, and the capacity of their sides.</summary>
internal sealed class Story(World world, string ns, CancellationToken cancel) : IAsyncDisposable
{
    /// <summary>Background analysis of the errors of a side, by Service and by workload.</summary>
    public const string ErrorsOfServices = """ "analysis":{"templates":[{"templateName":"errors-of-services","clusterScope":true}]} """;
    public const string ErrorsOfWorkloads = """ "analysis":{"templates":[{"templateName":"errors-of-workloads","clusterScope":true}]} """;

    private const double Rate = 15;

    private readonly long _started = TimeProvider.System.GetTimestamp();
    private readonly List<RequestLoad> _loads = [];
    private readonly List<CapacityRecorder> _recorders = [];

    /// <summary>What every story may analyse with.</summary>
    public static IEnumerable<JsonObject> Templates => new[] { "service", "workload" }.Select(destination => JsonNode.Parse($$$"""
        {"apiVersion":"canary.delivery/v1alpha1","kind":"ClusterAnalysisTemplate","metadata":{"name":"errors-of-{{{destination}}}s"},
         "spec":{"metrics":[{"name":"error-rate","interval":"1s",
           "successCondition":"result[0] <= 0.1","failureCondition":"result[0] > 0.1","failureLimit":1,"inconclusiveLimit":60,
           "provider":{"red":{"preset":"istio-{{{destination}}}","signal":"errors","window":"8s"}} }]}}
        """)!.AsObject());

    public CancellationToken Cancel => cancel;

    /// <summary>The service in the story's namespace, which is created where it is not there.</summary>
    public async Task<Shop> OpenAsync(string name = "checkout")
    {
        if (await world.Api.FindAsync(KnownKinds.Namespaces, new ObjectName(null, ns), cancel) is null)
            await world.Api.CreateAsync(KnownKinds.Namespaces, null,
                new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = ns } },
                Shop.Writing, cancel);
        return new Shop(world, ns, name, cancel);
    }

    /// <summary>A Deployment behind a Service and a VirtualService, as before Canary, with requests to it.</summary>
    public async Task<(Shop Shop, RequestLoad Load, CapacityRecorder Capacity)> HaveOneDeploymentAsync(string name = "checkout",
        int replicas = 3)
    {
        var shop = await OpenAsync(name);
        await shop.CreateServiceAsync();
        await shop.CreateWorkloadAsync(KnownKinds.Deployments, $$$"""{"replicas":{{{replicas}}}}""");
        await shop.CreateVirtualServiceAsync();
        var (load, capacity) = await ServeAsync(shop, replicas);
        return (shop, load, capacity);
    }

    /// <summary>The same, taken over by Canary: the copy serves, and the workload has no pods.</summary>
    /// <param name="strategy">JSON of <c>spec.strategy</c>.</param>
    /// <param name="name">Name of the service.</param>
    /// <param name="more">Further fields of the Rollout's spec.</param>
    /// <param name="create">Creates what else must be there before the Rollout.</param>
    public async Task<(Shop Shop, RequestLoad Load, CapacityRecorder Capacity)> TakeOverAsync(string strategy, string name = "checkout",
        string more = "{}", Func<Shop, Task>? create = null)
    {
        var (shop, load, capacity) = await HaveOneDeploymentAsync(name);
        if (create is not null) await create(shop);
        await shop.CreateRolloutAsync(strategy, more: more);
        await shop.UntilCopyServesAsync();
        await shop.RouteAsync();
        await shop.UntilPhaseAsync("Healthy");
        await shop.UntilIdleAsync();
        return (shop, load, capacity);
    }

    /// <summary>Waits until the mesh serves the service, and then sends requests until the story ends. From here on each side must have
    /// the pods for its share.</summary>
    /// <param name="shop">The service.</param>
    /// <param name="pods">How many ready pods all of its traffic needs.</param>
    /// <param name="isOneSet">Both sides share the pods of one set.</param>
    public async Task<(RequestLoad Load, CapacityRecorder Capacity)> ServeAsync(Shop shop, int pods, bool isOneSet = false)
    {
        var capacity = new CapacityRecorder(world.Api, shop.Name, isOneSet);
        _recorders.Add(capacity);
        await UntilServedAsync(shop);
        await capacity.ExpectAsync(pods, cancel);
        return (Send(shop), capacity);
    }

    /// <summary>Waits until the mesh has an answer of the service.</summary>
    public async Task UntilServedAsync(Shop shop)
    {
        using var client = new HttpClient();
        await shop.UntilAsync("the mesh serves it", async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(world.Mesh, "orders"));
            request.Headers.Host = Host(shop);
            using var answer = await client.SendAsync(request, cancel);
            return answer.IsSuccessStatusCode;
        });
    }

    /// <summary>Sends requests with these headers until the story ends.</summary>
    public RequestLoad Send(Shop shop, params (string Name, string Value)[] headers)
    {
        var load = new RequestLoad(world.Mesh, Host(shop), Rate, headers);
        _loads.Add(load);
        return load;
    }

    /// <summary>Ends the requests, and counts.</summary>
    public async Task<StoryResult> EndAsync()
    {
        foreach (var load in _loads) await load.EndAsync();
        // The watches show the last changes a moment later.
        await Task.Delay(TimeSpan.FromMilliseconds(500), cancel);
        var checks = _recorders.Select(recorder => recorder.Check()).ToArray();
        return new StoryResult(_loads.Sum(load => load.Sent), _loads.Sum(load => load.Failed), _loads.Sum(load => load.Lost),
            _loads.Sum(load => load.Errors), checks.Sum(check => check.Changes),
            [.. checks.SelectMany(check => check.Violations)], [.. _loads.SelectMany(load => load.Problems)],
            TimeProvider.System.GetElapsedTime(_started));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var load in _loads) await load.DisposeAsync();
        foreach (var recorder in _recorders) await recorder.DisposeAsync();
    }

    private static string Host(Shop shop) => $"{shop.Name.Name}.{shop.Name.Namespace}";
}
