using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Canary.EndToEnd.Tests.Running;

/// <summary>A metric source and token endpoint that sends back all that it is sent, as it is and in every encoding. The first part of the
/// path says how.</summary>
internal sealed class RepeatingServer : IAsyncDisposable
{
    /// <summary>Stands in every answer: where it is found, the server was repeated.</summary>
    public const string Word = "repeated-by-the-server";

    private readonly WebApplication _web;

    private RepeatingServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _web = builder.Build();
        _web.Run(AnswerAsync);
    }

    public string Address => _web.Urls.First().TrimEnd('/');

    /// <summary>All that was sent here, as it was and decoded.</summary>
    public ConcurrentQueue<string> Heard { get; } = new();

    public static async Task<RepeatingServer> StartAsync(CancellationToken cancel)
    {
        var server = new RepeatingServer();
        await server._web.StartAsync(cancel);
        return server;
    }

    public async ValueTask DisposeAsync() => await _web.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var body = await reader.ReadToEndAsync(http.RequestAborted);
        var target = http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var headers = http.Request.Headers.Where(header => header.Key != "Host").Select(header => header.Value.ToString()).ToArray();
        string[] raw = [target, WebUtility.UrlDecode(target), body, WebUtility.UrlDecode(body), .. headers, .. headers.Select(Credentials)];
        string[] sent = [.. raw.Where(text => text.Length > 0).Distinct()];
        foreach (var text in sent) Heard.Enqueue(text);
        string[] all =
        [
            Word, .. sent, .. sent.Select(Uri.EscapeDataString), .. sent.Select(text => WebUtility.UrlEncode(text)!),
            .. sent.Select(text => JsonSerializer.Serialize(text)), .. sent.Select(text => WebUtility.HtmlEncode(text)!),
            .. sent.Select(text => Convert.ToBase64String(Encoding.UTF8.GetBytes(text))),
            .. sent.Select(text => Convert.ToBase64String(Encoding.UTF8.GetBytes($"x{text}"))),
            .. sent.Select(text => Convert.ToBase64String(Encoding.UTF8.GetBytes($"xy{text}")).TrimEnd('=').Replace('+', '-')
                .Replace('/', '_')), .. sent.Select(text => Convert.ToHexString(Encoding.UTF8.GetBytes(text))),
            .. sent.Select(text => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Uri.EscapeDataString(text)))),
            .. sent.Select(text => Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.EscapeDataString(text)))),
            .. sent.Select(text => Convert.ToBase64String(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(text)))),
            .. sent.Select(text => BitConverter.ToString(Encoding.UTF8.GetBytes(text))),
            .. sent.Select(text => Uri.EscapeDataString(Uri.EscapeDataString(text))),
        ];
        // An answer is cut off where it is shown: each part comes first at some time.
        var turn = Heard.Count % all.Length;
        all = [.. all[turn..], .. all[..turn]];
        var said = JsonSerializer.Serialize($"{Word} {string.Join(' ', all)}");
        var (code, type, answer) = target.Split('/')[1] switch
        {
            "labels" =>
                (200, "application/json",
                    Vector(string.Join(',', all.Distinct().Select((text, at) => $"\"l{at}\":{JsonSerializer.Serialize(text)}")), "")),
            "warnings" =>
                (200, "application/json",
                    Vector("",
                        $"\"warnings\":[{string.Join(',', all.Select(text => JsonSerializer.Serialize(text)))}],\"infos\":[{said}],")),
            "bad-data" => (400, "application/json", $$"""{"status":"error","errorType":"bad_data","error":{{said}}}"""),
            "unavailable" => (503, "text/plain", $"{Word} {string.Join(' ', all)}"),
            "page" => (200, "text/html", $"<html><title>{Word} {WebUtility.HtmlEncode(string.Join(' ', all))}</title></html>"),
            "token-refused" => (401, "application/json", $$"""{"error":{{said}},"error_description":{{said}}}"""),
            "token" => (200, "application/json", """{"access_token":"F3tched.access-token/value","expires_in":60}"""),
            var other => (404, "text/plain", other),
        };
        http.Response.StatusCode = code;
        http.Response.ContentType = type;
        await http.Response.WriteAsync(answer, http.RequestAborted);
    }

    private static string Vector(string labels, string more) =>
        $$"""{"status":"success",{{more}}"data":{"resultType":"vector","result":[{"metric":{ {{labels}} },"value":[1,"1"]}]} }""";

    // What stands in Authorization: Basic, decoded.
    private static string Credentials(string header)
    {
        if (!header.StartsWith("Basic ", StringComparison.Ordinal)) return "";
        var buffer = new byte[header.Length];
        return Convert.TryFromBase64String(header[6..], buffer, out var length) ? Encoding.UTF8.GetString(buffer.AsSpan(0, length)) : "";
    }
}
