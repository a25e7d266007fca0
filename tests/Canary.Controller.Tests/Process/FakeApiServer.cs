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
    private readonly Lock gate = new();
    private readonly WebApplication app;
    private readonly HashSet<string> forbidden = [];
    private readonly ConcurrentQueue<JsonObject> events = new();
    private CancellationTokenSource watches = new();
    private JsonObject? lease;
    private long version = 1;

    private FakeApiServer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(AnswerAsync);
    }

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public string? Holder
    {
        get
        {
            lock (gate) return (string?)lease?["spec"]?["holderIdentity"];
        }
    }

    public static async Task<FakeApiServer> StartAsync()
    {
        var server = new FakeApiServer();
        await server.app.StartAsync();
        return server;
    }

    /// <summary>The Events that were written.</summary>
    public IReadOnlyCollection<JsonObject> Events => events;

    /// <summary>
    /// Requests for these resources are refused from now on, and the watches that are open end. Nothing: all are allowed again.
    /// </summary>
    public void Forbid(params string[] resources)
    {
        lock (gate)
        {
            forbidden.Clear();
            forbidden.UnionWith(resources);
            watches.Cancel();
            watches = new CancellationTokenSource();
        }
    }

    /// <summary>Another process takes the Lease.</summary>
    public void GiveLeaseTo(string holder)
    {
        lock (gate)
        {
            lease!["spec"]!["holderIdentity"] = holder;
            lease["spec"]!["leaseTransitions"] = (long)lease["spec"]!["leaseTransitions"]! + 1;
            lease["metadata"]!["resourceVersion"] = $"{++version}";
        }
    }

    public async ValueTask DisposeAsync()
    {
        await watches.CancelAsync();
        watches.Dispose();
        await app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        if (IsForbidden(http.Request.Path.Value!.Split('/')))
        {
            var refusal =
                new JsonObject { ["kind"] = "Status", ["status"] = "Failure", ["code"] = 403, ["reason"] = "Forbidden", ["message"] = $"cannot {http.Request.Method} {http.Request.Path}" };
            await SayAsync(http, 403, refusal);
        }
        else if (HttpMethods.IsPost(http.Request.Method) && http.Request.Path.Value!.EndsWith("/events", StringComparison.Ordinal))
        {
            var told = (JsonObject)(await JsonNode.ParseAsync(http.Request.Body))!;
            events.Enqueue(told);
            await SayAsync(http, 201, told);
        }
        else if (http.Request.Path.Value!.Contains("/leases", StringComparison.Ordinal)) await LeaseAsync(http);
        else if (http.Request.Query.ContainsKey("watch")) await WatchAsync(http);
        else
            await SayAsync(
                http,
                200,
                new JsonObject { ["kind"] = "List", ["apiVersion"] = "v1", ["metadata"] = new JsonObject { ["resourceVersion"] = "1" }, ["items"] = new JsonArray() });
    }

    private bool IsForbidden(string[] parts)
    {
        lock (gate) return parts.Any(forbidden.Contains);
    }

    private async Task LeaseAsync(HttpContext http)
    {
        var sent = HttpMethods.IsGet(http.Request.Method) ? null : (JsonObject)(await JsonNode.ParseAsync(http.Request.Body))!;
        int code;
        JsonObject answer;
        lock (gate)
        {
            var isStale = sent is not null
                && lease is not null
                && (string?)sent["metadata"]?["resourceVersion"] != (string?)lease["metadata"]?["resourceVersion"];
            code = isStale ? 409 : sent is null && lease is null ? 404 : 200;
            if (code == 200 && sent is not null)
            {
                sent["metadata"]!["resourceVersion"] = $"{++version}";
                lease = sent;
            }

            answer = code == 200
                ? (JsonObject)lease!.DeepClone()
                : new JsonObject { ["kind"] = "Status", ["status"] = "Failure", ["code"] = code, ["reason"] = code == 404 ? "NotFound" : "Conflict", ["message"] = "as asked" };
        }

        await SayAsync(http, code, answer);
    }

    private async Task WatchAsync(HttpContext http)
    {
        CancellationToken ended;
        lock (gate) ended = watches.Token;
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
