using System;
using System.Globalization;
using System.Net;

namespace Canary.Http;

/// <summary>One entry of a list of addresses: everything, a network, an address, a host or all hosts below a domain, each but the first
/// with a port where it names one.</summary>
/// <param name="Text">As it was written.</param>
/// <param name="Network">A network or a single address; null for a name.</param>
/// <param name="Name">The name without a leading dot, in lower case; null for a network. Empty: every name.</param>
/// <param name="IsDomain">Every host below <paramref name="Name"/> is meant, and not the name itself.</param>
/// <param name="Port">Null: every port.</param>
internal sealed record HostPattern(string Text, IPNetwork? Network, string? Name, bool IsDomain, int? Port)
{
    /// <summary>The entry <c>*</c>.</summary>
    public bool IsEverything => Name is "";

    /// <summary>The entry; null where it is none.</summary>
    public static HostPattern? Read(string text)
    {
        if (text == "*") return new HostPattern(text, null, "", true, null);
        if (text.Contains('/', StringComparison.Ordinal))
        {
            var slash = text.IndexOf('/', StringComparison.Ordinal);
            // As in Go, the bits behind the prefix may be set: 10.1.2.3/8 is 10.0.0.0/8.
            return IPAddress.TryParse(text[..slash], out var start) && IsPlain(text[..slash])
                && int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                && length <= start.GetAddressBytes().Length * 8 ? new HostPattern(text, Cut(start, length), null, false, null) : null;
        }

        if (Split(text) is not ({ Length: > 0 } host, var port)) return null;
        if (IPAddress.TryParse(host, out var address) && IsPlain(host))
            return new HostPattern(text, Cut(address, address.GetAddressBytes().Length * 8), null, false, port);
        if (host.StartsWith("*.", StringComparison.Ordinal)) host = host[1..];
        var isDomain = host[0] == '.';
        var name = host.TrimStart('.').TrimEnd('.').ToLowerInvariant();
        return Uri.CheckHostName(name) == UriHostNameType.Dns ? new HostPattern(text, null, name, isDomain, port) : null;
    }

    /// <summary>Host and port of an address such as <c>example.com:80</c>, <c>[::1]:80</c>, <c>[::1]</c> or <c>::1</c>; null where the port
    /// is none.</summary>
    private static (string Host, int? Port)? Split(string text)
    {
        var close = text.IndexOf(']', StringComparison.Ordinal);
        var colon = text.LastIndexOf(':');
        if (text.StartsWith('[') && close > 0)
        {
            if (close == text.Length - 1) return (text[1..close], null);
            return text[close + 1] == ':' && ReadPort(text[(close + 2)..]) is { } behind ? (text[1..close], behind) : null;
        }

        if (colon < 0 || text.IndexOf(':', StringComparison.Ordinal) != colon) return (text, null);
        return ReadPort(text[(colon + 1)..]) is { } port ? (text[..colon], port) : null;
    }

    private static int? ReadPort(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535 ? port : null;

    // .NET reads "10" and "0x0a.1" as IPv4 addresses as well; in a list of hosts that is a mistake.
    private static bool IsPlain(string text) => text.Contains(':', StringComparison.Ordinal) || text.Split('.').Length == 4;

    private static IPNetwork Cut(IPAddress address, int length)
    {
        if (address.IsIPv4MappedToIPv6 && length >= 96) (address, length) = (address.MapToIPv4(), length - 96);
        var bytes = address.GetAddressBytes();
        for (var bit = length; bit < bytes.Length * 8; bit++) bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPNetwork(new IPAddress(bytes), length);
    }
}
