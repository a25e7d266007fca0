using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Canary.Controller.Tests.Process;

/// <summary>An API server with nothing in it but a Lease: lists are empty, watches stay open and say nothing.</summary>
internal sealed class FakeApiServer : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly WebApplication _app;
    private readonly HashSet<string> _forbidden = [];
    private readonly ConcurrentQueue<JsonObject> _events = new();
    private CancellationTokenSource _watches = new();
    private JsonObject? _lease;
    private long _version = 1;

    private FakeApiServer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public string? Holder
    {
        get
        {
            lock (_gate) return (string?)_lease?["spec"]?["holderIdentity"];
        }
    }

    public static async Task<FakeApiServer> StartAsync()
    {
        var server = new FakeApiServer();
        await server._app.StartAsync();
        return server;
    }

    /// <summary>The Events that were written.</summary>
    public IReadOnlyCollection<JsonObject> Events => _events;

    /// <summary>
    /// Requests for these resources are refused from now on, and the watches that are open end. Nothing: all are allowed again.
    /// </summary>
    public void Forbid(params string[] resources)
    {
        lock (_gate)
        {
            _forbidden.Clear();
            _forbidden.UnionWith(resources);
            _watches.Cancel();
            _watches = new CancellationTokenSource();
        }
    }

    /// <summary>Another process takes the Lease.</summary>
    public void GiveLeaseTo(string holder)
    {
        lock (_gate)
        {
            _lease!["spec"]!["holderIdentity"] = holder;
            _lease["spec"]!["leaseTransitions"] = (long)_lease["spec"]!["leaseTransitions"]! + 1;
            _lease["metadata"]!["resourceVersion"] = $"{++_version}";
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _watches.CancelAsync();
        _watches.Dispose();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        if (IsForbidden(http.Request.Path.Value!.Split('/')))
        {
            var refusal =
                new JsonObject
                {
                    ["kind"] = "Status",
                    ["status"] = "Failure",
                    ["code"] = 403,
                    ["reason"] = "Forbidden",
                    ["message"] = $"cannot {http.Request.Method} {http.Request.Path}"
                };
            await SayAsync(http, 403, refusal);
        }
        else if (HttpMethods.IsPost(http.Request.Method) && http.Request.Path.Value!.EndsWith("/events", StringComparison.Ordinal))
        {
            var told = (JsonObject)(await JsonNode.ParseAsync(http.Request.Body))!;
            _events.Enqueue(told);
            await SayAsync(http, 201, told);
        }
        else if (http.Request.Path.Value!.Contains("/leases", StringComparison.Ordinal)) await LeaseAsync(http);
        else if (http.Request.Query.ContainsKey("watch")) await WatchAsync(http);
        else
            await SayAsync(
                http,
                200,
                new JsonObject
                {
                    ["kind"] = "List",
                    ["apiVersion"] = "v1",
                    ["metadata"] = new JsonObject { ["resourceVersion"] = "1" },
                    ["items"] = new JsonArray()
                });
    }

    private bool IsForbidden(string[] parts)
    {
        lock (_gate) return parts.Any(_forbidden.Contains);
    }

    private async Task LeaseAsync(HttpContext http)
    {
        var sent = HttpMethods.IsGet(http.Request.Method) ? null : (JsonObject)(await JsonNode.ParseAsync(http.Request.Body))!;
        int code;
        JsonObject answer;
        lock (_gate)
        {
            var isStale = sent is not null
                && _lease is not null
                && (string?)sent["metadata"]?["resourceVersion"] != (string?)_lease["metadata"]?["resourceVersion"];
            code = isStale ? 409 : sent is null && _lease is null ? 404 : 200;
            if (code == 200 && sent is not null)
            {
                sent["metadata"]!["resourceVersion"] = $"{++_version}";
                _lease = sent;
            }

            answer = code == 200
                ? (JsonObject)_lease!.DeepClone()
                : new JsonObject
                {
                    ["kind"] = "Status",
                    ["status"] = "Failure",
                    ["code"] = code,
                    ["reason"] = code == 404 ? "NotFound"
                    : "Conflict",
                    ["message"] = "as asked"
                };
        }

        await SayAsync(http, code, answer);
    }

    private async Task WatchAsync(HttpContext http)
    {
        CancellationToken ended;
        lock (_gate) ended = _watches.Token;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ended, http.RequestAborted);
        await http.Response.StartAsync();
        try
        {
            await Task.Delay(Timeout.Infinite, either.Token);
        }
        catch (OperationCanceledException)
        {
            // The client went away.
        }
    }

    private static async Task SayAsync(HttpContext http, int code, JsonObject answer)
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(answer.ToJsonString());
    }
}
