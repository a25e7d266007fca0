using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Canary.Kubernetes.Tests.Api;

/// <summary>A real HTTP server that answers as scripted: each request takes the next answer, or all go to one handler.</summary>
internal sealed class FakeApi : IAsyncDisposable
{
    /// <summary>Where a handler finds the body of the request, which the fake has read already.</summary>
    public const string Body = "body";

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<RequestDelegate> _script;
    private readonly ConcurrentQueue<SeenRequest> _seen = new();

    private FakeApi(WebApplication app, IEnumerable<RequestDelegate> script)
    {
        _app = app;
        _script = new ConcurrentQueue<RequestDelegate>(script);
    }

    public Uri Address => new(_app.Urls.Single());

    public ApiServerConfiguration Config => new(Address);

    public IReadOnlyList<SeenRequest> Requests => [.. _seen];

    /// <summary>Answers what the script does not: by default that it is exhausted.</summary>
    public RequestDelegate Otherwise { get; init; } = Answers.Text(418, "text/plain", "the script of the fake is exhausted");

    public static Task<FakeApi> StartAsync(params RequestDelegate[] script) => StartAsync(null, null, 0, script);

    /// <summary>A server with one handler for all.</summary>
    public static async Task<FakeApi> ServeAsync(RequestDelegate handler) => await StartAsync(null, null, 0, [], handler);

    public static async Task<FakeApi> StartAsync(
        X509Certificate2? certificate, Func<X509Certificate2, bool>? acceptsClient, int port, RequestDelegate[] script,
        RequestDelegate? otherwise = null, X509Certificate2Collection? chain = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen =>
        {
            if (certificate is null) return;
            listen.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificate = certificate,
                ServerCertificateChain = chain,
                ClientCertificateMode = acceptsClient is null ? ClientCertificateMode.NoCertificate
                : ClientCertificateMode.RequireCertificate,
                ClientCertificateValidation = (client, _, _) => acceptsClient!(client),
            });
        }));
        var fake = otherwise is null ? new FakeApi(builder.Build(), script)
            : new FakeApi(builder.Build(), script) { Otherwise = otherwise };
        fake._app.Run(fake.AnswerAsync);
        await fake._app.StartAsync();
        return fake;
    }

    /// <summary>Adds answers to the end of the script.</summary>
    public void Then(params RequestDelegate[] answers)
    {
        foreach (var answer in answers) _script.Enqueue(answer);
    }

    public async ValueTask DisposeAsync()
    {
        // Open watches would hold a graceful stop up.
        using var now = new System.Threading.CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var headers =
            http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var body = await reader.ReadToEndAsync();
        http.Items[Body] = body;
        _seen.Enqueue(new SeenRequest(http.Request.Method, http.Request.Path + http.Request.QueryString.ToString(), headers, body,
            http.Request.Protocol));
        await (_script.TryDequeue(out var answer) ? answer : Otherwise)(http);
    }
}
