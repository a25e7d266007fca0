using System;
using System.Net;

namespace Canary.Http;

/// <summary>The address of a proxy: what it may be, its credentials, and how a message names it.</summary>
public static class ProxyAddress
{
    /// <summary>Whether connections can be made by a proxy of this scheme.</summary>
    public static bool IsKnownScheme(Uri address) => address.Scheme is "http" or "https" or "socks4" or "socks4a" or "socks5" or "socks5h";

    /// <summary>One proxy for every address, as a kubeconfig's <c>proxy-url</c> names it.</summary>
    public static IWebProxy Always(Uri address) => new WebProxy(Normalize(address)) { Credentials = Credentials(address) };

    /// <summary>The user and password of the address; null where it has none.</summary>
    public static NetworkCredential? Credentials(Uri address)
    {
        if (address.UserInfo.Length == 0) return null;
        var colon = address.UserInfo.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? new NetworkCredential(Uri.UnescapeDataString(address.UserInfo), "")
            : new NetworkCredential(Uri.UnescapeDataString(address.UserInfo[..colon]),
                Uri.UnescapeDataString(address.UserInfo[(colon + 1)..]));
    }

    /// <summary>The address as a message names it: without user, password and path.</summary>
    public static string Name(Uri address) => $"{address.Scheme}://{address.Authority}";

    /// <summary>
    /// Without user and password, which messages of .NET would hold; with the port that is usual where none is named, and with the schemes
    /// that .NET knows: its <c>socks5</c> always lets the proxy resolve names.
    /// </summary>
    internal static Uri Normalize(Uri address)
    {
        var isSocks = address.Scheme.StartsWith("socks", StringComparison.Ordinal);
        return new UriBuilder(address)
        {
            UserName = "",
            Password = "",
            Scheme = address.Scheme == "socks5h" ? "socks5" : address.Scheme,
            Port = isSocks && address.Port < 0 ? 1080 : address.Port,
        }.Uri;
    }
}
