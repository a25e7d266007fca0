using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;

namespace Canary.Http;

/// <summary>The proxy that <c>HTTP_PROXY</c>, <c>HTTPS_PROXY</c>, <c>ALL_PROXY</c> and <c>NO_PROXY</c> name, read as Go's <c>httpproxy</c>
/// reads them, and so kubectl.</summary>
/// <remarks>
/// Upper case counts before lower case. <c>NO_PROXY</c> is a list of <c>*</c>, networks (<c>10.0.0.0/8</c>, <c>fd00::/8</c>), addresses and
/// domains; <c>example.com</c> also means every host below it,
/// <c>.example.com</c> and <c>*.example.com</c> only those. All but networks may end with a port. <c>localhost</c> and loopback addresses
/// are never proxied. Entries that are none are passed over. From curl: <c>ALL_PROXY</c> where the variable of the scheme is not set, white
/// space between entries, and brackets around an IPv6 address without a port. Source: golang.org/x/net/http/httpproxy.
/// </remarks>
public sealed class EnvironmentProxy : IWebProxy
{
    private static readonly Lazy<EnvironmentProxy> _current =
        new(() => new EnvironmentProxy(name => Environment.GetEnvironmentVariable(name) ?? ""));

    private readonly Uri? _http;
    private readonly Uri? _https;
    private readonly IReadOnlyList<HostPattern> _direct;

    /// <param name="variable">The value of an environment variable; empty where it is not set.</param>
    public EnvironmentProxy(Func<string, string> variable)
    {
        var rest = Address(First(variable, "ALL_PROXY", "all_proxy"));
        // In a CGI process HTTP_PROXY is a header of the caller: see httpoxy.org.
        var http = variable("REQUEST_METHOD").Length > 0 ? null : Address(First(variable, "HTTP_PROXY", "http_proxy")) ?? rest;
        var https = Address(First(variable, "HTTPS_PROXY", "https_proxy")) ?? rest;
        (_http, _https) = (http is null ? null : ProxyAddress.Normalize(http), https is null ? null : ProxyAddress.Normalize(https));
        Credentials = new AddressCredentials([.. new[] { http, https }.OfType<Uri>()]);
        _direct = [.. First(variable, "NO_PROXY", "no_proxy")
            .Split([',', ' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
            .Select(HostPattern.Read)
            .OfType<HostPattern>()];
    }

    /// <summary>That of this process, as it was at the first use.</summary>
    public static EnvironmentProxy Current => _current.Value;

    /// <summary>User and password of a proxy, from its address.</summary>
    public ICredentials? Credentials { get; set; }

    /// <summary>The proxy by which this address is reached, without its user and password; null: none.</summary>
    public Uri? GetProxy(Uri destination)
    {
        var proxy = destination.Scheme is "https" or "wss" ? _https : destination.Scheme is "http" or "ws" ? _http : null;
        return proxy is null || IsDirect(destination.IdnHost, destination.Port) ? null : proxy;
    }

    /// <inheritdoc />
    public bool IsBypassed(Uri host) => GetProxy(host) is null;

    private static string First(Func<string, string> variable, string upper, string lower) =>
        variable(upper) is { Length: > 0 } value ? value : variable(lower);

    private static Uri? Address(string text)
    {
        text = text.Trim();
        if (text.Length == 0) return null;
        if (!text.Contains("://", StringComparison.Ordinal)) text = "http://" + text;
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Host.Length > 0 && ProxyAddress.IsKnownScheme(address)
            ? address : null;
    }

    private bool IsDirect(string host, int port)
    {
        var name = host.Trim('[', ']').TrimEnd('.').ToLowerInvariant();
        if (name == "localhost") return true;
        if (!IPAddress.TryParse(name, out var address))
        {
            return _direct.Any(entry => HasPort(entry, port) && entry.Name is { } pattern
                && (pattern.Length == 0 || name.EndsWith("." + pattern, StringComparison.Ordinal) || (!entry.IsDomain && name == pattern)));
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : ReservedAddress.Forms(address).First();
        return IPAddress.IsLoopback(plain)
            || _direct.Any(entry => HasPort(entry, port) && (entry.IsEverything || entry.Network?.Holds(plain) == true));
    }

    private static bool HasPort(HostPattern entry, int port) => entry.Port is null || entry.Port == port;

    private sealed class AddressCredentials(IReadOnlyList<Uri> proxies) : ICredentials
    {
        public NetworkCredential? GetCredential(Uri uri, string authType) =>
            proxies.Where(proxy => ProxyAddress.Normalize(proxy).Authority == uri.Authority).Select(ProxyAddress.Credentials)
            .FirstOrDefault(found => found is not null);
    }
}
