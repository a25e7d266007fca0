using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Providers.Tests.Metrics;

/// <summary>A server that answers with the bytes it is told to: a real one would not break its own protocol.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    /// <summary>A reply that never comes.</summary>
    public const string Never = "never";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<FakeRequest, string> _reply;
    private readonly X509Certificate2? _certificate;
    private readonly Task _accepting;

    public FakeServer(Func<FakeRequest, string> reply, X509Certificate2? certificate = null)
    {
        (_reply, _certificate) = (reply, certificate);
        _listener.Start();
        _accepting = AcceptAsync(_stop.Token);
    }

    public ConcurrentQueue<FakeRequest> Requests { get; } = new();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Address => $"{(_certificate is null ? "http" : "https")}://127.0.0.1:{Port}";

    public static string Json(string body, int status = 200) => Content(body, status, "application/json");

    public static string Content(string body, int status, string type) =>
        $"HTTP/1.1 {status} X\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: "
            + $"close\r\n\r\n{body}";

    public static string Vector(params string[] values)
    {
        var series = values.Select((value, index) => $"{{\"metric\":{{\"pod\":\"{index}\"}},\"value\":[1700000000.5,\"{value}\"]}}");
        return Json($"{{\"status\":\"success\",\"data\":{{\"resultType\":\"vector\",\"result\":[{string.Join(',', series)}]}}}}");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _accepting;
        }
        catch (OperationCanceledException)
        {
            // That is how accepting ends.
        }

        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(CancellationToken cancel)
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(cancel);
            _ = ServeAsync(client, cancel);
        }
    }

    private async Task ServeAsync(TcpClient client, CancellationToken cancel)
    {
        using (client)
        {
            try
            {
                await using Stream stream = _certificate is null
                    ? client.GetStream()
                    : await SecureAsync(client.GetStream(), _certificate, cancel);
                var request = await ReadAsync(stream, cancel);
                Requests.Enqueue(request);
                var reply = _reply(request);
                if (reply == Never) await Task.Delay(Timeout.Infinite, cancel);
                await stream.WriteAsync(Encoding.UTF8.GetBytes(reply), cancel);
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException
                or System.Security.Authentication.AuthenticationException)
            {
                // The client went away, which is what many of these tests are about.
            }
        }
    }

    private static async Task<Stream> SecureAsync(Stream stream, X509Certificate2 certificate, CancellationToken cancel)
    {
        var secure = new SslStream(stream);
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, cancel);
        return secure;
    }

    private static async Task<FakeRequest> ReadAsync(Stream stream, CancellationToken cancel)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var start = (await reader.ReadLineAsync(cancel) ?? "").Split(' ');
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync(cancel) is { Length: > 0 } line)
            headers[line.Split(':')[0]] = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        var body =
            new char[headers.TryGetValue("Content-Length", out var length)
                ? int.Parse(length, System.Globalization.CultureInfo.InvariantCulture) : 0];
        if (body.Length > 0) await reader.ReadBlockAsync(body, cancel);
        return new(start[0], start.ElementAtOrDefault(1) ?? "", headers, new string(body));
    }
}
