using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Cli.Tests.AnyCommandLine;

/// <summary>A server on this machine that answers every request in one way, whatever was asked, and closes.</summary>
internal sealed class OddServer : IDisposable
{
    /// <summary>The answer of a server that takes the request and says nothing.</summary>
    public const string Silence = "...";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _down = new();
    private readonly Func<string, string> _answer;

    private OddServer(Func<string, string> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>One of each kind, by a name that says what it does.</summary>
    public static IReadOnlyDictionary<string, OddServer> StartAll()
    {
        var servers = new Dictionary<string, OddServer>();
        foreach (var (name, answer) in OddAnswers.All) servers[name] = new OddServer(answer);
        return servers;
    }

    public void Dispose()
    {
        _down.Cancel();
        _listener.Dispose();
        _down.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync(_down.Token));
        }
        catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The end of the tests.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var request = await HeadAsync(stream);
                var answer = _answer(request);
                if (answer == Silence) await Task.Delay(Timeout.InfiniteTimeSpan, _down.Token);
                if (answer.Length > 0) await stream.WriteAsync(Encoding.UTF8.GetBytes(answer));
                client.Client.Shutdown(SocketShutdown.Send);
                // A body that was not read would reset the connection before the answer is there.
                var rest = new byte[4096];
                while (await stream.ReadAsync(rest, _down.Token) > 0) { }
            }
            catch (Exception ended) when (ended is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The client went away.
            }
        }
    }

    private static async Task<string> HeadAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var bytes = new byte[4096];
        while (!text.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(bytes);
            if (count == 0) break;
            text.Append(Encoding.Latin1.GetString(bytes, 0, count));
        }

        return text.ToString();
    }
}
