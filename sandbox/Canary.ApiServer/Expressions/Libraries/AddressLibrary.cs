using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using Canary.ApiServer.Expressions.Values;

namespace Canary.ApiServer.Expressions.Libraries;

/// <summary>Kubernetes' functions on URLs, IP addresses and ranges of them.</summary>
internal static class AddressLibrary
{
    public static void AddTo(Action<string, string, Func<IReadOnlyList<object?>, object?>> add)
    {
        add("url", "(string)kubernetes.URL", a => a[0] is string text
            ? UrlValue.Read(text)
            ?? throw new CelError($"URL parse error during conversion from string: parse \"{text}\": invalid URI for request")
            : throw CelError.NoOverload);
        add("isURL", "(string)bool", a => UrlValue.Read(StringLibrary.Text(a, 0)) is not null);
        add("getScheme", "kubernetes.URL.()string", a => Url(a).Scheme);
        add("getHost", "kubernetes.URL.()string", a => Url(a).Host);
        add("getHostname", "kubernetes.URL.()string", a => Url(a).HostName);
        add("getPort", "kubernetes.URL.()string", a => Url(a).Port);
        add("getEscapedPath", "kubernetes.URL.()string", a => Url(a).EscapedPath);
        add("getQuery", "kubernetes.URL.()map<string,list<string>>",
            a => new MapValue.Made(
                [.. Url(a).Parameters.Select(part => KeyValuePair.Create<object?, object?>(part.Name, new ListValue([.. part.Values])))]));

        add("ip", "(string)net.IP net.CIDR.()net.IP", a => a[0] is RangeValue range ? range.Address : Parsed(StringLibrary.Text(a, 0)));
        add("isIP", "(string)bool", a => AddressValue.Read(StringLibrary.Text(a, 0)).Address is not null);
        add("ip.isCanonical", "(string)bool", a => Parsed(StringLibrary.Text(a, 0)).ToString() == StringLibrary.Text(a, 0));
        add("family", "net.IP.()int", a => (long)Address(a, 0).Family);
        add("isUnspecified", "net.IP.()bool", a => Address(a, 0).Address is var ip
            && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)));
        add("isLoopback", "net.IP.()bool", a => IPAddress.IsLoopback(Address(a, 0).Address));
        add("isLinkLocalMulticast", "net.IP.()bool", a => Bytes(a) is [224, 0, 0, _] or [0xff, _, ..]
            && (Bytes(a).Length == 4 || (Bytes(a)[1] & 0x0f) == 2));
        add("isLinkLocalUnicast", "net.IP.()bool", a => Bytes(a) is [169, 254, _, _] || Address(a, 0).Address.IsIPv6LinkLocal);
        add("isGlobalUnicast", "net.IP.()bool", IsGlobal);
        add("string", "(net.IP)string (net.CIDR)string", a => ConversionLibrary.ToText(a[0]));

        add("cidr", "(string)net.CIDR", a => Range(StringLibrary.Text(a, 0)));
        add("isCIDR", "(string)bool", a => RangeValue.Read(StringLibrary.Text(a, 0)) is not null);
        add("containsIP", "net.CIDR.(string)bool net.CIDR.(net.IP)bool", a => Range(a)
            .Contains(a[1] is string text ? Parsed(text) : Address(a, 1)));
        add("containsCIDR", "net.CIDR.(string)bool net.CIDR.(net.CIDR)bool", a => Range(a)
            .Contains(a[1] is string text ? Range(text) : a[1] as RangeValue ?? throw CelError.NoOverload));
        add("masked", "net.CIDR.()net.CIDR", a => Range(a) with { Address = Range(a).Masked });
        add("prefixLength", "net.CIDR.()int", a => (long)Range(a).Prefix);
    }

    private static object IsGlobal(IReadOnlyList<object?> arguments)
    {
        var address = Address(arguments, 0).Address;
        return !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) && !IPAddress.IsLoopback(address)
            && !address.Equals(IPAddress.Broadcast)
            && !address.IsIPv6Multicast && !address.IsIPv6LinkLocal
            && Bytes(arguments) is not [169, 254, _, _] and not [>= 224 and < 240, _, _, _];
    }

    private static UrlValue Url(IReadOnlyList<object?> arguments) => arguments[0] as UrlValue ?? throw CelError.NoOverload;

    private static AddressValue Address(IReadOnlyList<object?> arguments, int index) =>
        arguments[index] as AddressValue ?? throw CelError.NoOverload;

    private static byte[] Bytes(IReadOnlyList<object?> arguments) => Address(arguments, 0).Address.GetAddressBytes();

    private static RangeValue Range(IReadOnlyList<object?> arguments) => arguments[0] as RangeValue ?? throw CelError.NoOverload;

    private static AddressValue Parsed(string text)
    {
        var (address, error) = AddressValue.Read(text);
        return address ?? throw new CelError(error!);
    }

    private static RangeValue Range(string text) =>
        RangeValue.Read(text)
        ?? throw new CelError($"network address parse error during conversion from string: netip.ParsePrefix(\"{text}\"): no '/'");
}
