using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;

namespace Canary.Http;

/// <summary>Which servers may be asked at an address that somebody else wrote, such as that of a template. Checked against the address that
/// a connection really goes to.</summary>
/// <remarks>
/// The entry <c>*</c>, a host, a domain (<c>.example.com</c>) allow by name, and never a loopback, link-local or metadata address behind
/// it. An address or a network allows by address; one of the reserved ranges is allowed only by an entry that lies within it, so that
/// <c>0.0.0.0/0</c> does not open them. <c>localhost</c> allows the loopback addresses of that name.
/// </remarks>
public sealed class AddressRules
{
    private readonly IReadOnlyList<HostPattern> _allowed;
    private readonly string _text;

    private AddressRules(IReadOnlyList<HostPattern> allowed, string text) => (_allowed, _text) = (allowed, text);

    /// <summary>Everything but loopback, link-local and metadata addresses: the entry <c>*</c>.</summary>
    public static AddressRules Default { get; } = new([HostPattern.Read("*")!], "*");

    /// <summary>Reads a list with commas between its entries.</summary>
    /// <returns>The rules, or everything that is wrong with the list.</returns>
    public static (AddressRules? Rules, IReadOnlyList<string> Problems) Read(string text)
    {
        var entries = text.Split([',', ' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(entry => (Entry: entry, Pattern: HostPattern.Read(entry)))
            .ToArray();
        string[] wrong = [.. entries.Where(entry => entry.Pattern is null).Select(entry => entry.Entry)];
        return wrong.Length > 0
            ? (null, wrong)
            : (new AddressRules([.. entries.Select(entry => entry.Pattern!)], string.Join(", ", entries.Select(entry => entry.Entry))), []);
    }

    /// <summary>Why a connection to this address may not be made; null: it may.</summary>
    /// <param name="host">The host as it was written: a name or an address.</param>
    /// <param name="port">The port.</param>
    /// <param name="address">The address that the host stands for.</param>
    public string? Refuse(string host, int port, IPAddress address)
    {
        var name = Plain(host);
        var where = IPAddress.TryParse(name, out _) ? $"{address}" : $"{name} ({address})";
        if (ReservedAddress.Find(address) is { } reserved)
            return IsUnlocked(name, port, address) ? null : $"{where} is {reserved.Name}";
        return AllowsName(name, port) || AllowsAddress(port, address) ? null : $"{where} is not among the allowed addresses ({_text})";
    }

    /// <summary>Why a host that a proxy resolves may not be asked; null: it may. Only its name is known then.</summary>
    public string? RefuseName(string host, int port)
    {
        var name = Plain(host);
        if (IPAddress.TryParse(name, out var address)) return Refuse(name, port, address);
        if (ReservedAddress.IsReservedName(name))
            return _allowed.Any(entry => entry.Name == name && HasPort(entry, port)) ? null
                : $"{name} stands for this machine or its cloud's metadata";
        return AllowsName(name, port) ? null : $"{name} is not among the allowed addresses ({_text}), and a proxy resolves it";
    }

    private static string Plain(string host) => host.Trim('[', ']').TrimEnd('.').ToLowerInvariant();

    private bool IsUnlocked(string name, int port, IPAddress address)
    {
        var isLocalhost = name == "localhost" && ReservedAddress.Forms(address).Any(IPAddress.IsLoopback)
            && _allowed.Any(entry => entry.Name == "localhost" && !entry.IsDomain && HasPort(entry, port));
        return isLocalhost || ReservedAddress.Forms(address).All(form => ReservedAddress.FindItself(form) is not { } range
            || _allowed.Any(entry => entry.Network is { } network && HasPort(entry, port) && network.Holds(form) && range.Holds(network)));
    }

    private bool AllowsName(string name, int port) => _allowed.Any(entry => HasPort(entry, port) && entry.Name is { } pattern
        && (pattern.Length == 0 || (entry.IsDomain ? name.EndsWith("." + pattern, StringComparison.Ordinal) : name == pattern)));

    private bool AllowsAddress(int port, IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : ReservedAddress.Forms(address).First();
        return _allowed.Any(entry => entry.Network is { } network && HasPort(entry, port) && network.Holds(plain));
    }

    private static bool HasPort(HostPattern entry, int port) => entry.Port is null || entry.Port == port;
}
