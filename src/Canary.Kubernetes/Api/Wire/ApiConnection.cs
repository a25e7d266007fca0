using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Canary.Http;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Credentials;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>The library's client of one API server, with handlers of ours before it and sockets set up below it.</summary>
internal sealed class ApiConnection : IDisposable
{
    private static readonly string Product =
        "canary/"
        + (typeof(ApiConnection).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
            ?? "0");

    private readonly IRenewedCredentials? _renewed;
    private readonly X509Certificate2? _certificate;
    private readonly ProgramSockets? _programSockets;
    private SocketsHttpHandler? _sockets;

    /// <param name="config">The server.</param>
    /// <param name="connectTimeout">Longest time until a connection is made.</param>
    /// <param name="time">Clock of the credentials.</param>
    /// <param name="requests">Handlers that every request passes, the first one first. The one that says who we are follows them.</param>
    /// <param name="attempts">Handlers that every attempt passes after that one.</param>
    /// <param name="environment">The proxies of the environment, where the configuration names none. Null: those of this process, read as
    /// kubectl reads them.</param>
    /// <exception cref="KubeConfigException">The configuration cannot work.</exception>
    public ApiConnection(
        ApiServerConfiguration config, TimeSpan connectTimeout, TimeProvider time, DelegatingHandler[] requests,
        DelegatingHandler[] attempts,
        IWebProxy? environment = null)
    {
        config.Check();
        var proxy = config.Proxy is { } named ? ProxyAddress.Always(named) : environment ?? EnvironmentProxy.Current;
        _renewed = config.TokenFile is { } path ? new TokenFile(path, config.Origin, time) : null;
        if (config is { Exec: { } plugin, TokenFile: null, AccessToken: null, Username: null })
        {
            _certificate = config.Certificate();
            _programSockets = new ProgramSockets(() =>
            {
                var sockets = new SocketsHttpHandler();
                SetUp(sockets, config, proxy, connectTimeout);
                sockets.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => (_renewed!.Certificate ?? _certificate)!;
                return sockets;
            });
            _renewed = new ExecCredentials(plugin, config, time, _programSockets.Renew);
            attempts = [.. attempts, _programSockets];
        }

        var own = config.For(_renewed, sockets => SetUp(_sockets = sockets, config, proxy, connectTimeout));
        own.UserAgent = Product;
        var identity = new IdentityHandler(k8s.Kubernetes.CreateCredentials(own), () => _renewed?.Forget() == true);
        Client = new k8s.Kubernetes(own, [.. requests, identity, .. attempts]);
        Via = proxy.GetProxy(config.Server) is { } used && used != config.Server ? $" through the proxy {ProxyAddress.Name(used)}" : "";
    }

    /// <summary>The library's client.</summary>
    public k8s.Kubernetes Client { get; }

    /// <summary>How a message names the way to the server where a proxy is on it: <c> through the proxy http://proxy:3128</c>; empty: none
    /// is.</summary>
    public string Via { get; }

    public void Dispose()
    {
        Client.Dispose();
        // The library leaves its handlers, and with them the connections, to the garbage collector.
        _sockets?.Dispose();
        _programSockets?.Dispose();
        (_renewed as IDisposable)?.Dispose();
        _certificate?.Dispose();
    }

    private static void SetUp(SocketsHttpHandler sockets, ApiServerConfiguration config, IWebProxy proxy, TimeSpan connectTimeout)
    {
        sockets.AllowAutoRedirect = false;
        sockets.UseCookies = false;
        sockets.ConnectTimeout = connectTimeout;
        sockets.EnableMultipleHttp2Connections = true;
        sockets.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        sockets.KeepAlivePingTimeout = TimeSpan.FromSeconds(15);
        // Idle connections too: a write must not be what finds out that one is dead.
        sockets.KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always;
        sockets.PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2);
        sockets.ConnectCallback = ConnectAsync;
        sockets.UseProxy = true;
        sockets.Proxy = proxy;
        ServerTrust.Configure(sockets.SslOptions, config);
    }

    /// <summary>As the handler itself does, and with TCP keep-alive: a quiet watch over HTTP/1.1 has no other way to notice that the server
    /// is gone.</summary>
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext target, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            await socket.ConnectAsync(target.DnsEndPoint, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
