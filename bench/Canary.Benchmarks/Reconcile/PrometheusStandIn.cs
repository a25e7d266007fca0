using System;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Canary.Benchmarks.Reconcile;

/// <summary>Answers each instant query with one sample, the share of failed requests of two counters that rise, and counts the
/// queries.</summary>
internal sealed class PrometheusStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;
    private long _queries;

    private PrometheusStandIn(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public static async Task<PrometheusStandIn> StartAsync(CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = new PrometheusStandIn(builder.Build());
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync(cancel);
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task AnswerAsync(HttpContext http)
    {
        if (http.Request.Path == "/queries")
            return http.Response.WriteAsync(Volatile.Read(ref _queries).ToString(CultureInfo.InvariantCulture));
        if (http.Request.Path != "/api/v1/query")
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        var requests = Interlocked.Increment(ref _queries) * 40;
        var failed = requests / 1_000;
        var at = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1_000.0;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(string.Create(
            CultureInfo.InvariantCulture,
            $$$"""
            {"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[{{{at:0.000}}},"{{{(double)failed / requests}}}"]}]}}
            """));
    }
}
