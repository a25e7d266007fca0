using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Mapping;
using Canary.Sandbox.Mesh;
using Canary.Sandbox.Mesh.Proxy;
using Canary.Sandbox.Mesh.Routing;
using Canary.Sandbox.Mesh.Telemetry;
using Canary.Sandbox.Workloads.Endpoints;

namespace Canary.Sandbox.Tests.Mesh;

/// <summary>A proxy with a table made of documents as a user writes them, and pods behind it that really listen.</summary>
internal sealed class TestMesh : IAsyncDisposable
{
    /// <summary>Two Services, one a side, and one over both.</summary>
    public const string Services = """
        {kind: Service, metadata: {name: checkout, namespace: shop, uid: s0}, spec: {selector: {app: checkout}, ports: [{port: 80, name: http, targetPort: 8080}]}}
        ---
        {kind: Service, metadata: {name: checkout-stable, namespace: shop, uid: s1}, spec: {selector: {app: checkout, track: stable}, ports: [{port: 80, name: http, targetPort: 8080}]}}
        ---
        {kind: Service, metadata: {name: checkout-canary, namespace: shop, uid: s2}, spec: {selector: {app: checkout, track: canary}, ports: [{port: 80, name: http, targetPort: 8080}]}}
        ---

        """;

    private readonly MeshProxy _proxy;
    private readonly TestPod[] _pods;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    private TestMesh(MeshProxy proxy, TestPod[] pods) => (_proxy, _pods) = (proxy, pods);

    public static MeshClient Client { get; } = new("shoppers", "shop", new Dictionary<string, string> { ["app"] = "shoppers" });

    public IstioTelemetry Telemetry => _proxy.Telemetry;

    public static TestPod Stable() => new("stable-1", "checkout-stable", "app=checkout,track=stable,version=v1");

    public static TestPod Canary() => new("canary-1", "checkout-canary", "app=checkout,track=canary,version=v2");

    /// <summary>A VirtualService for the host checkout with these routes, in YAML's flow style.</summary>
    public static string Routes(string http) =>
        $"{{kind: VirtualService, metadata: {{name: checkout, namespace: shop}}, spec: {{hosts: [checkout], http: {http}}}}}\n---\n";

    public static async Task<TestMesh> StartAsync(string documents, params TestPod[] pods)
    {
        foreach (var pod in pods) await pod.StartAsync();
        var proxy = await MeshProxy.StartAsync(Client, new MeshProxyOptions(7), CancellationToken.None);
        var mesh = new TestMesh(proxy, pods);
        mesh.Use(documents);
        return mesh;
    }

    public void Use(string documents)
    {
        var items = YamlDocument.Parse(documents).Select(document => document.Root).OfType<JsonObject>()
            .ToLookup(item => item.TextAt("kind"));
        var pods = _pods.Select((pod, index) => pod.Document(index)).ToList();
        var services = items["Service"].ToList();
        var slices = services.SelectMany(service => EndpointSliceDocument.Build(service, pods));
        _proxy.Use(new RoutingTable(
            Client, [.. items["VirtualService"].Select(VirtualService.Read), .. HttpRoutes.Read(items["HTTPRoute"])],
            [.. items["DestinationRule"].Select(DestinationRule.Read)],
            MeshServices.Build(services, slices, pods)));
    }

    public async Task<TestAnswer> GetAsync(string target = "/", string host = "checkout", string method = "GET", string? body = null,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"http://{_proxy.Address}{target}");
        request.Headers.Host = host;
        if (body is not null) request.Content = new StringContent(body);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await _http.SendAsync(request);
        var answered =
            answer.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase);
        return new TestAnswer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answered);
    }

    /// <summary>How many of so many requests each pod answered.</summary>
    public async Task<Dictionary<string, int>> CountAsync(int requests)
    {
        var answers = new List<string>();
        foreach (var chunk in Enumerable.Range(0, requests).Chunk(20))
        {
            answers.AddRange((await Task.WhenAll(chunk.Select(_ => GetAsync())))
                .Select(answer => answer.Headers.GetValueOrDefault("x-pod") ?? answer.Status.ToString()));
        }

        return answers.GroupBy(pod => pod).ToDictionary(group => group.Key, group => group.Count());
    }

    public Task<string> MetricsAsync() => _http.GetStringAsync(new Uri($"http://{_proxy.MetricsAddress}/stats/prometheus"));

    /// <summary>The labels of the one series there is.</summary>
    public RequestLabels OnlySeries => Telemetry.Series.Single().Key;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _proxy.DisposeAsync();
        foreach (var pod in _pods) await pod.DisposeAsync();
    }
}
