using System;
using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Canary.Http;
using Canary.Kubernetes.Api.Credentials;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>Makes the connections to one API server.</summary>
internal static class Connections
{
    /// <summary>How the server is reached: by the proxy of the kubeconfig, else by that of the environment, read as kubectl reads it.</summary>
    public static IWebProxy Proxy(ApiServerConfig config) => config.Proxy is { } named ? ProxyAddress.Always(named) : EnvironmentProxy.Current;

    public static SocketsHttpHandler Handler(ApiServerConfig config, CredentialSource credentials, TimeSpan connectTimeout)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = connectTimeout,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
            ConnectCallback = ConnectAsync,
            UseProxy = true,
            Proxy = Proxy(config),
        };

        var tls = new SslClientAuthenticationOptions { LocalCertificateSelectionCallback = (_, _, _, _, _) => credentials.Certificate! };
        ServerTrust.Configure(tls, config);
        handler.SslOptions = tls;
        return handler;
    }

    /// <summary>As the handler itself does, and with TCP keep-alive: a quiet watch over HTTP/1.1 has no other way to notice that the server is gone.</summary>
    private static async ValueTask<System.IO.Stream> ConnectAsync(SocketsHttpConnectionContext target, CancellationToken cancel)
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
