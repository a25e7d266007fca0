using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Sandbox.Mesh.Routing;
using Canary.Sandbox.Mesh.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Canary.Sandbox.Mesh.Proxy;

/// <summary>The sidecar of one client: takes its requests, obeys the routing table, and counts as Istio's proxies do.</summary>
internal sealed class MeshProxy : IAsyncDisposable
{
    private readonly MeshClient _client;
    private readonly SeededDice _dice;
    private readonly PodConnections _pods = new();
    private readonly MirrorSender _mirrors;
    private RoutingTable _table;
    private LoopbackServer? _inbound;
    private LoopbackServer? _admin;

    private MeshProxy(MeshClient client, SeededDice dice)
    {
        (_client, _dice, _table) = (client, dice, RoutingTable.Empty(client));
        _mirrors = new MirrorSender(_pods, dice);
    }

    public IstioTelemetry Telemetry { get; } = new();

    /// <summary>Where the client sends to: host and port.</summary>
    public string Address => _inbound!.Address;

    /// <summary>Where the metrics are: host and port, path <c>/metrics</c> or Envoy's <c>/stats/prometheus</c>.</summary>
    public string MetricsAddress => _admin!.Address;

    public static async Task<MeshProxy> StartAsync(MeshClient client, MeshProxyOptions options, CancellationToken cancel)
    {
        var proxy = new MeshProxy(client, new SeededDice(options.Seed));
        proxy._inbound = await LoopbackServer.StartAsync(options.Port, proxy.HandleAsync, cancel);
        proxy._admin = await LoopbackServer.StartAsync(options.MetricsPort, proxy.ServeMetricsAsync, cancel);
        return proxy;
    }

    /// <summary>From the next request on the new table counts; requests on their way are not disturbed.</summary>
    public void Use(RoutingTable table) => Volatile.Write(ref _table, table);

    public async ValueTask DisposeAsync()
    {
        if (_inbound is not null) await _inbound.DisposeAsync();
        if (_admin is not null) await _admin.DisposeAsync();
        _pods.Dispose();
    }

    private async Task HandleAsync(HttpContext http)
    {
        var started = Stopwatch.GetTimestamp();
        var raw = http.Features.GetRequiredFeature<IHttpRequestFeature>();
        var request = new MeshRequest(http.Request.Method, raw.RawTarget, http.Request.Host.Value ?? "", http.Request.Scheme,
            HeadersOf(http.Request));
        var end = Volatile.Read(ref _table).Decide(request) switch
        {
            RoutingDecision.Routed { Route: { Redirect: { } redirect } } => await RedirectAsync(http, redirect, request),
            RoutingDecision.Routed { Route: { Direct: { } direct } } =>
                await AnswerAsync(http, new ProxyAnswer(direct.Status, ProxyAnswer.NoFlags, direct.Body)),
            RoutingDecision.Routed routed => await ForwardAsync(http, request, routed),
            RoutingDecision.NoRoute => await AnswerAsync(http, ProxyAnswer.NoRoute),
            RoutingDecision.UnknownHost => await AnswerAsync(http, ProxyAnswer.BlackHole),
            _ => throw new UnreachableException(),
        };
        var labels = LabelsOfRequest.Name(_client, request.Host, end.Service, end.Endpoint, end.Status, end.Flags);
        Telemetry.Record(labels, Stopwatch.GetElapsedTime(started), http.Request.ContentLength ?? 0, end.BodyBytes);
    }

    private async Task<ExchangeEnd> ForwardAsync(HttpContext http, MeshRequest request, RoutingDecision.Routed routed)
    {
        var (route, gone) = (routed.Route, http.RequestAborted);
        var delayed = route.Fault is { } fault && _dice.Hits(fault.DelayShare);
        try
        {
            if (delayed) await Task.Delay(route.Fault!.Delay, gone);
            if (route.Fault is { } abort && _dice.Hits(abort.AbortShare))
                return await AnswerAsync(http, delayed ? ProxyAnswer.Aborted(abort.AbortStatus).With("DI")
                    : ProxyAnswer.Aborted(abort.AbortStatus));
            if (route.Pick(_dice) is not { } chosen) return await AnswerAsync(http, ProxyAnswer.NoCluster);

            var body = await RequestBody.ReadAsync(http, gone);
            await _mirrors.SendAsync(http, route, request, Volatile.Read(ref _table), body);
            var target = route.Rewrite?.Target(request, routed.Match?.MatchedPrefix) ?? request.Target;
            var authority = route.Rewrite?.Authority ?? request.Authority;
            var call = new UpstreamCall(_pods, _dice, () => Volatile.Read(ref _table).Find(chosen.Destination, request.Port), route);
            var (attempt, bytes) = await CountAsync(http, () => call.SendAsync(http, body, (address, passes) =>
                new PodTransformer(request, PodConnections.Place(address, target), authority, [route.Request, chosen.Request])
                {
                    AnswerChanges = [route.Response, chosen.Response],
                    Passes = passes,
                }));
            var service = Volatile.Read(ref _table).Find(chosen.Destination, request.Port)?.Service;
            return await FinishAsync(http, attempt, service, bytes, delayed ? "DI" : ProxyAnswer.NoFlags);
        }
        catch (Exception broken) when (broken is OperationCanceledException or IOException && gone.IsCancellationRequested)
        {
            return ExchangeEnd.ClientGone;
        }
    }

    private static async Task<(Attempt Attempt, long Bytes)> CountAsync(HttpContext http, Func<Task<Attempt>> send)
    {
        var body = http.Response.Body;
        await using var counted = new CountingStream(body);
        http.Response.Body = counted;
        try
        {
            return (await send(), counted.Count);
        }
        finally
        {
            http.Response.Body = body;
        }
    }

    private static async Task<ExchangeEnd> FinishAsync(HttpContext http, Attempt attempt, MeshService? service, long bytes, string flags) =>
        attempt switch
        {
            Attempt.Answered answered => new ExchangeEnd(answered.Status, answered.Flags ?? flags, service, answered.Endpoint, bytes),
            Attempt.Failed failed => (await AnswerAsync(http, failed.Answer)) with { Service = service, Endpoint = failed.Endpoint },
            Attempt.Abandoned abandoned => ExchangeEnd.ClientGone with { Service = service, Endpoint = abandoned.Endpoint },
            _ => throw new UnreachableException(),
        };

    private static async Task<ExchangeEnd> AnswerAsync(HttpContext http, ProxyAnswer answer)
    {
        http.Response.StatusCode = answer.Status;
        http.Response.Headers["server"] = "envoy";
        if (answer.Body.Length > 0)
        {
            http.Response.ContentType = "text/plain";
            await http.Response.WriteAsync(answer.Body, http.RequestAborted);
        }

        return new ExchangeEnd(answer.Status, answer.Flags, null, null, answer.Body.Length);
    }

    private static Task<ExchangeEnd> RedirectAsync(HttpContext http, Redirect redirect, MeshRequest request)
    {
        http.Response.Headers.Location = redirect.Location(request);
        return AnswerAsync(http, new ProxyAnswer(redirect.Status, ProxyAnswer.NoFlags, ""));
    }

    private static Dictionary<string, string> HeadersOf(HttpRequest request)
    {
        var headers =
            request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        headers.TryAdd("x-request-id", Guid.NewGuid().ToString());
        headers["x-forwarded-proto"] = request.Scheme;
        return headers;
    }

    private async Task ServeMetricsAsync(HttpContext http)
    {
        if (http.Request.Path.Value is not ("/metrics" or "/stats/prometheus"))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        http.Response.ContentType = MetricsText.ContentType;
        await http.Response.WriteAsync(MetricsText.Render(Telemetry.Series), http.RequestAborted);
    }
}
