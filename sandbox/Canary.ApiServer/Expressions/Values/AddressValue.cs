using System.Net;
using System.Net.Sockets;

namespace Canary.ApiServer.Expressions.Values;

/// <summary>An IP address, never one of IPv4 inside IPv6 nor one with a zone.</summary>
internal sealed record AddressValue(IPAddress Address)
{
    public int Family => Address.AddressFamily == AddressFamily.InterNetwork ? 4 : 6;

    public override string ToString() => Address.ToString();

    /// <returns>Null with the reason where it is none.</returns>
    public static (AddressValue? Address, string? Error) Read(string text)
    {
        if (text.Contains('%'))
            return (null, $"IP address \"{text}\" with zone value is not allowed");
        var isFour = !text.Contains(':');
        if (!IPAddress.TryParse(text, out var address) || (isFour && (address.ToString() != text || text.Split('.').Length != 4))
            || text.Contains('[') || text.Contains('/'))
            return (null, $"IP Address \"{text}\" parse error during conversion from string: ParseAddr(\"{text}\"): unable to parse IP");
        return address.IsIPv4MappedToIPv6 ? (null, $"IPv4-mapped IPv6 address \"{text}\" is not allowed")
            : (new AddressValue(address), null);
    }
}
