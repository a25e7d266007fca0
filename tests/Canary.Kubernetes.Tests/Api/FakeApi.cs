using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Canary.Kubernetes.Tests.Api;

/// <summary>A real HTTP server that answers as scripted: each request takes the next answer, or all go to one handler.</summary>
internal sealed class FakeApi : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<RequestDelegate> _script;
    private readonly ConcurrentQueue<SeenRequest> _seen = new();

    private FakeApi(WebApplication app, IEnumerable<RequestDelegate> script)
    {
        _app = app;
        _script = new ConcurrentQueue<RequestDelegate>(script);
    }

    public Uri Address => new(_app.Urls.Single());

    public ApiServerConfig Config => ApiServerConfig.Plain(Address);

    public IReadOnlyList<SeenRequest> Requests => [.. _seen];

    public static Task<FakeApi> StartAsync(params RequestDelegate[] script) => StartAsync(null, null, IPAddress.Loopback, script);

    public static async Task<FakeApi> StartAsync(
        X509Certificate2? certificate, Func<X509Certificate2, bool>? acceptsClient, IPAddress address, params RequestDelegate[] script)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, 0, listen =>
        {
            if (certificate is null) return;
            listen.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificate = certificate,
                ClientCertificateMode = acceptsClient is null ? ClientCertificateMode.NoCertificate : ClientCertificateMode.RequireCertificate,
                ClientCertificateValidation = (client, _, _) => acceptsClient!(client),
            });
        }));
        var fake = new FakeApi(builder.Build(), script);
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
        var headers = http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        _seen.Enqueue(new SeenRequest(
            http.Request.Method, http.Request.Path + http.Request.QueryString.ToString(), headers, await reader.ReadToEndAsync(), http.Request.Protocol));
        if (_script.TryDequeue(out var answer)) await answer(http);
        else await Answers.Text(418, "text/plain", "the script of the fake is exhausted")(http);
    }
}
