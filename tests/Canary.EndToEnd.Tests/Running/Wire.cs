using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.EndToEnd.Tests.Running;

/// <summary>A TCP connection to a server that can be cut: then nobody listens, as when the server is gone.</summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly Uri _server;
    private readonly int _port;
    private CancellationTokenSource? _current;
    private TcpListener? _listener;

    public Wire(Uri server)
    {
        _server = server;
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        _port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        Connect();
    }

    public Uri Address => new($"http://127.0.0.1:{_port}");

    public void Connect()
    {
        _current = new CancellationTokenSource();
        _listener = new TcpListener(IPAddress.Loopback, _port);
        _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Start();
        _ = AcceptAsync(_listener, _current.Token);
    }

    public void Cut()
    {
        _listener?.Stop();
        _current?.Cancel();
    }

    public ValueTask DisposeAsync()
    {
        Cut();
        _current?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync(TcpListener listener, CancellationToken cancel)
    {
        try
        {
            while (true) _ = CarryAsync(await listener.AcceptTcpClientAsync(cancel), cancel);
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }

    private async Task CarryAsync(TcpClient near, CancellationToken cancel)
    {
        try
        {
            using (near)
            using (var far = new TcpClient())
            {
                await far.ConnectAsync(_server.Host, _server.Port, cancel);
                await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream(), cancel), far.GetStream()
                    .CopyToAsync(near.GetStream(), cancel));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or System.IO.IOException)
        {
            // One of the two went away: so does the other.
        }
    }
}
