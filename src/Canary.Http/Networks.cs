using System;
using System.Net;

namespace Canary.Http;

/// <summary>Compares networks and addresses bit by bit, within one family.</summary>
internal static class Networks
{
    /// <summary>Whether the address lies in the network.</summary>
    /// <remarks><see cref="IPNetwork.Contains"/> of .NET 10 takes IPv4-mapped addresses for members of IPv6 networks that they do not lie
    /// in.</remarks>
    public static bool Holds(this IPNetwork network, IPAddress address)
    {
        byte[] first = network.BaseAddress.GetAddressBytes(), asked = address.GetAddressBytes();
        if (first.Length != asked.Length) return false;
        var (whole, rest) = (network.PrefixLength / 8, network.PrefixLength % 8);
        if (!first.AsSpan(0, whole).SequenceEqual(asked.AsSpan(0, whole))) return false;
        return rest == 0 || (first[whole] ^ asked[whole]) >> (8 - rest) == 0;
    }
}
