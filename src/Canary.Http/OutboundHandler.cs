using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Http;

/// <summary>
/// Sends requests by the proxy of the environment, and only to addresses that the rules allow. A direct connection is checked when it is
/// made, with the address that it goes to: a name that is resolved otherwise a moment later changes nothing. Where a proxy resolves the
/// name, the name is checked, and what it stands for here, where that is known.
/// </summary>
/// <remarks>Redirects are not followed, and connections are not shared with other handlers: one that other rules allowed is never
/// used.</remarks>
public sealed class OutboundHandler : DelegatingHandler
{
    private readonly AddressRules? _rules;
    private readonly IWebProxy _proxy;
    private readonly ConcurrentDictionary<(string Host, int Port), bool> _used = new();

    /// <param name="sockets">Makes the connections. Its proxy, its way to connect and its redirects are set here.</param>
    /// <param name="rules">Which addresses may be asked; null: all, for addresses that an operator wrote.</param>
    /// <param name="proxy">Which proxy is asked; null: that of the environment.</param>
    public OutboundHandler(SocketsHttpHandler sockets, AddressRules? rules, IWebProxy? proxy = null)
        : base(sockets)
    {
        _rules = rules;
        _proxy = proxy ?? EnvironmentProxy.Current;
        sockets.AllowAutoRedirect = false;
        sockets.Proxy = _proxy;
        sockets.UseProxy = true;
        if (rules is not null) sockets.ConnectCallback = ConnectAsync;
    }

    /// <exception cref="AddressRefusedException">The rules do not allow the address; or within an <see cref="HttpRequestException"/>, where
    /// that shows with the connection.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        var target = request.RequestUri!;
        if (_proxy.GetProxy(target) is not { } proxy || proxy == target) return await base.SendAsync(request, cancel);
        if (_rules is not null) await CheckProxiedAsync(target, cancel);
        _used[Place(proxy.IdnHost, proxy.Port)] = true;
        try
        {
            var response = await base.SendAsync(request, cancel);
            if (!IsOfProxy(response, target)) return response;
            using (response) throw new HttpRequestException(HttpRequestError.ConnectionError,
                $"it answered {(int)response.StatusCode} {response.ReasonPhrase}".TrimEnd());
        }
        catch (HttpRequestException failure) when (AddressRefusedException.Find(failure) is null)
        {
            throw new HttpRequestException(failure.HttpRequestError, $"{failure.Message} (through the proxy {ProxyAddress.Name(proxy)})",
                failure, failure.StatusCode);
        }
    }

    // A page where the server itself would speak JSON: the proxy says that it could not reach it. Through a tunnel only the server speaks.
    private static bool IsOfProxy(HttpResponseMessage response, Uri target) => target.Scheme == "http"
        && (response.StatusCode is HttpStatusCode.ProxyAuthenticationRequired
            || (response.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
                && response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.OrdinalIgnoreCase) is not true));

    private async Task CheckProxiedAsync(Uri target, CancellationToken cancel)
    {
        if (_rules!.RefuseName(target.IdnHost, target.Port) is not { } refusal)
        {
            foreach (var address in await ResolveAsync(target.IdnHost, cancel))
            {
                // By name it is allowed; what is left is a name that stands for a reserved address.
                if (_rules.Refuse(target.IdnHost, target.Port, address) is { } other) throw new AddressRefusedException(other);
            }
        }
        else
        {
            var addresses = await ResolveAsync(target.IdnHost, cancel);
            if (addresses.Length == 0 || addresses.Any(address => _rules.Refuse(target.IdnHost, target.Port, address) is not null))
                throw new AddressRefusedException(refusal);
        }
    }

    private static async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancel)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out var itself)) return [itself];
        try
        {
            return await Dns.GetHostAddressesAsync(host, cancel);
        }
        catch (SocketException)
        {
            // Only the proxy knows the name.
            return [];
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext connection, CancellationToken cancel)
    {
        var (host, port) = (connection.DnsEndPoint.Host, connection.DnsEndPoint.Port);
        // Of an address itself nothing is asked: .NET resolves 0.0.0.0 not at all.
        var addresses = IPAddress.TryParse(host.Trim('[', ']'), out var itself) ? [itself] : await Dns.GetHostAddressesAsync(host, cancel);
        if (!IsProxy(connection))
        {
            var refusals = addresses.Select(address => _rules!.Refuse(host, port, address)).ToArray();
            addresses = [.. addresses.Where((_, index) => refusals[index] is null)];
            if (addresses.Length == 0)
                throw refusals.Length > 0 ? new AddressRefusedException(refusals[0]!) : new SocketException((int)SocketError.HostNotFound);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // The proxy is the operator's: only what is asked through it is somebody else's.
    private bool IsProxy(SocketsHttpConnectionContext connection)
    {
        if (!_used.ContainsKey(Place(connection.DnsEndPoint.Host, connection.DnsEndPoint.Port))) return false;
        var request = connection.InitialRequestMessage;
        // Before a tunnel it is the handler's own CONNECT, and not the request that was sent.
        return request.Method == HttpMethod.Connect
            || (request.RequestUri is { } target && _proxy.GetProxy(target) is { } proxy && proxy != target);
    }

    private static (string Host, int Port) Place(string host, int port) => (host.Trim('[', ']').ToLowerInvariant(), port);
}
