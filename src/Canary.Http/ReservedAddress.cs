using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;

namespace Canary.Http;

/// <summary>Address ranges that belong to the machine itself or to the cloud's metadata service, and never to a server that a template may
/// ask.</summary>
/// <param name="Network">The range.</param>
/// <param name="Name">What it is, with its article: <c>a loopback address</c>.</param>
internal sealed record ReservedAddress(IPNetwork Network, string Name)
{
    private const string Loopback = "a loopback address";
    private const string LinkLocal = "a link-local address";
    private const string Metadata = "a cloud metadata address";
    private const string Multicast = "a multicast address";
    private const string Unspecified = "an unspecified address";

    // The narrow ranges come first: the name that is said is that of the first match. Sources: the IANA special-purpose registries and the
    // clouds' documentation.
    private static readonly ReservedAddress[] All =
    [
        Of("169.254.169.254/32", Metadata), // AWS, Azure, Google Cloud, Oracle, OpenStack
        Of("169.254.170.0/24", Metadata), // AWS ECS task and EKS pod identity credentials
        Of("100.100.100.200/32", Metadata), // Alibaba Cloud
        Of("168.63.129.16/32", Metadata), // Azure wire server
        Of("192.0.0.192/32", Metadata), // Oracle Cloud
        Of("fd00:ec2::/32", Metadata), // AWS
        Of("fd20:ce::254/128", Metadata), // Google Cloud
        Of("0.0.0.0/8", Unspecified),
        Of("127.0.0.0/8", Loopback),
        Of("169.254.0.0/16", LinkLocal),
        Of("224.0.0.0/4", Multicast),
        Of("240.0.0.0/4", "a reserved address"),
        Of("::/128", Unspecified),
        Of("::1/128", Loopback),
        Of("fe80::/10", LinkLocal),
        Of("ff00::/8", Multicast),
    ];

    /// <summary>Names that stand for such an address wherever they are resolved.</summary>
    private static readonly string[] Names =
        ["localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback", "metadata", "metadata.google.internal", "instance-data"];

    /// <summary>The reserved range that the address belongs to, itself or by the IPv4 address that it embeds; null: none.</summary>
    public static ReservedAddress? Find(IPAddress address) =>
        Forms(address).Select(FindItself).FirstOrDefault(found => found is not null);

    /// <summary>The narrowest reserved range that the address lies in itself, whatever it embeds; null: none.</summary>
    public static ReservedAddress? FindItself(IPAddress address) => All.FirstOrDefault(one => one.Network.Holds(address));

    /// <summary>Whether a network holds nothing beyond this range: to name it is to mean it.</summary>
    public bool Holds(IPNetwork network) => Network.PrefixLength <= network.PrefixLength && Network.Holds(network.BaseAddress);

    /// <summary>Whether a name stands for such an address, whatever a name server answers.</summary>
    public static bool IsReservedName(string host) => Names.Contains(host) || host.EndsWith(".localhost", StringComparison.Ordinal);

    /// <summary>The address without its zone, and every IPv4 address that reaches the same place through it: mapped, compatible,
    /// translated, 6to4, NAT64, Teredo.</summary>
    public static IEnumerable<IPAddress> Forms(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            yield return address;
            yield break;
        }

        var bytes = address.GetAddressBytes();
        yield return new IPAddress(bytes);
        // Of ::1 and :: itself nothing is embedded.
        var last = new IPAddress(bytes.AsSpan(12, 4));
        if (IsZero(bytes, 0, 12) && !IsZero(bytes, 12, 3)) yield return last;
        if (IsZero(bytes, 0, 10) && bytes[10] == 0xff && bytes[11] == 0xff) yield return last;
        if (IsZero(bytes, 0, 8) && bytes[8] == 0xff && bytes[9] == 0xff && bytes[10] == 0 && bytes[11] == 0) yield return last;
        if (bytes is [0x00, 0x64, 0xff, 0x9b, ..]) yield return last;
        if (bytes is [0x20, 0x02, ..]) yield return new IPAddress(bytes.AsSpan(2, 4));
        if (bytes is [0x20, 0x01, 0x00, 0x00, ..])
        {
            yield return new IPAddress(bytes.AsSpan(4, 4));
            yield return new IPAddress([.. bytes.Skip(12).Select(part => (byte)~part)]);
        }
    }

    private static bool IsZero(byte[] bytes, int from, int count) => bytes.AsSpan(from, count).IndexOfAnyExcept((byte)0) < 0;

    private static ReservedAddress Of(string network, string name) => new(IPNetwork.Parse(network), name);
}
