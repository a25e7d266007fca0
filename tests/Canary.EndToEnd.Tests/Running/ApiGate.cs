using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Canary.EndToEnd.Tests.Running;

/// <summary>
/// Stands between a controller and its API server: passes everything on as it is, with the trust and the credentials of the test's
/// kubeconfig, remembers the writes, and can act at one of them.
/// </summary>
internal sealed class ApiGate : IAsyncDisposable
{
    private static readonly string[] HopByHop = ["Connection", "Transfer-Encoding", "Keep-Alive", "Host", "Content-Length"];

    private readonly ApiConnection _upstream;
    private readonly Uri _server;
    private readonly WebApplication _web;

    private ApiGate(ApiServerConfiguration config)
    {
        _server = config.Server;
        _upstream = new ApiConnection(config, TimeSpan.FromSeconds(10), TimeProvider.System, [], []);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        _web = builder.Build();
        _web.Run(PassAsync);
    }

    /// <summary>The writes that were passed, oldest first: <c>PATCH /apis/...</c>.</summary>
    public ConcurrentQueue<string> Writes { get; } = new();

    /// <summary>Called with a write and its body before it is passed on; what it throws is the connection's end.</summary>
    public Func<string, string, Task>? Before { get; set; }

    /// <summary>Called with a write and its body when the server has carried it out and before its answer is passed on.</summary>
    public Func<string, string, Task>? After { get; set; }

    /// <summary>Whether a request is allowed; what is not is answered as an API server does. Null: everything is.</summary>
    public Func<RequestedAccess, bool>? Allows { get; set; }

    public Uri Address => new(_web.Urls.First());

    public static async Task<ApiGate> StartAsync(ApiServerConfiguration config, CancellationToken cancel)
    {
        var gate = new ApiGate(config);
        await gate._web.StartAsync(cancel);
        return gate;
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await _web.StopAsync(patience.Token);
        await _web.DisposeAsync();
        _upstream.Dispose();
    }

    private async Task PassAsync(HttpContext context)
    {
        if (Allows is { } allows && RequestedAccess.Read(context.Request) is { } asked && !allows(asked))
        {
            context.Response.StatusCode = 403;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(
                $$"""{"kind":"Status","apiVersion":"v1","status":"Failure","code":403,"reason":"Forbidden","message":"cannot {{asked}}"}""",
                context.RequestAborted);
            return;
        }

        var isWrite = context.Request.Method is not ("GET" or "HEAD");
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var write = $"{context.Request.Method} {context.Request.Path}";
        var text = System.Text.Encoding.UTF8.GetString(body.ToArray());
        if (isWrite)
        {
            Writes.Enqueue(write);
            if (Before is { } before) await before(write, text);
        }

        using var request = Copy(context.Request, body.ToArray());
        using var answer =
            await _upstream.Client.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        if (isWrite && After is { } after) await after(write, text);
        await AnswerAsync(context, answer);
    }

    private HttpRequestMessage Copy(HttpRequest source, byte[] body)
    {
        var request = new HttpRequestMessage(new HttpMethod(source.Method),
            new Uri(_server.GetLeftPart(UriPartial.Path)
                .TrimEnd('/') + source.Path.ToUriComponent() + source.QueryString.ToUriComponent()));
        if (body.Length > 0) request.Content = new ByteArrayContent(body);
        foreach (var (name, values) in source.Headers)
        {
            if (HopByHop.Contains(name, StringComparer.OrdinalIgnoreCase)) continue;
            if (!request.Headers.TryAddWithoutValidation(name, values.ToArray()))
                request.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
        }

        return request;
    }

    private static async Task AnswerAsync(HttpContext context, HttpResponseMessage answer)
    {
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
            if (!HopByHop.Contains(name, StringComparer.OrdinalIgnoreCase)) context.Response.Headers[name] = values.ToArray();
        await context.Response.StartAsync(context.RequestAborted);
        using var stream = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        var buffer = new byte[32 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }
}
