using System;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Canary.Sandbox.Mesh.Proxy;

/// <summary>A bare Kestrel on 127.0.0.1.</summary>
/// <remarks>A WebApplication a pod was rejected: each would bring a host of its own that catches the signals of the process.</remarks>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly KestrelServer _server;

    private LoopbackServer(KestrelServer server, string address) => (_server, Address) = (server, address);

    /// <summary>Host and port.</summary>
    public string Address { get; }

    /// <param name="port">0 for any that is free.</param>
    /// <param name="handle">Answers one request.</param>
    /// <param name="cancel">Gives up starting.</param>
    public static async Task<LoopbackServer> StartAsync(int port, RequestDelegate handle, CancellationToken cancel)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Listen(IPAddress.Loopback, port);
        // Ownership moves to the returned object.
#pragma warning disable CA2000
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        var server = new KestrelServer(Options.Create(options), transport, NullLoggerFactory.Instance);
#pragma warning restore CA2000
        await server.StartAsync(new Application(handle), cancel);
        var address = server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        return new LoopbackServer(server, new Uri(address).Authority);
    }

    /// <summary>Takes no new connections and waits for the requests in flight until <paramref name="cancel"/>, then cuts them.</summary>
    public Task StopAsync(CancellationToken cancel) => _server.StopAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await _server.StopAsync(soon.Token);
        _server.Dispose();
    }

    private sealed class Application(RequestDelegate handle) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => handle(context);

        public void DisposeContext(HttpContext context, Exception? exception) { }
    }
}
