using System;
using System.Collections.Generic;
using System.Text.RegularExpressions;

namespace Canary.Core.Analysis.Secrets;

/// <summary>User and password in an address, <c>http://user:password@host</c>, as clients of Go take them: they are sent as Basic
/// authentication, and are no part of the address.</summary>
public static partial class AddressCredentials
{
    /// <summary>An address without them, and what they are; null where the address has none. They may hold placeholders of Secrets, whose
    /// values do not count for what is what.</summary>
    public static (string Address, string? User, string? Password) Split(string address)
    {
        var secrets = new List<string>();
        var plain = Secret().Replace(address, found =>
        {
            secrets.Add(found.Value);
            return $"\u0001{secrets.Count - 1}\u0002";
        });
        if (Form().Match(plain) is not { Success: true } match) return (address, null, null);
        string Put(string text) =>
            Kept().Replace(text, found => secrets[int.Parse(found.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)]);
        var (user, password) = match.Groups["user"].Value.Split(':', 2) is [var name, var word] ? (name, word)
            : (match.Groups["user"].Value, "");
        return (Put(match.Groups["scheme"].Value + match.Groups["rest"].Value), Put(user), Put(password));
    }

    /// <summary>The address with a mark for a password that is written out; one from a Secret stays the placeholder that it is.</summary>
    public static string Hide(string address, string mark)
    {
        if (Split(address) is not { User: { } user, Password: { Length: > 0 } password } split || SecretPlaceholder.IsIn(password))
            return address;
        var host = split.Address.IndexOf("://", StringComparison.Ordinal) + "://".Length;
        return $"{split.Address[..host]}{user}:{mark}@{split.Address[host..]}";
    }

    /// <summary>What a part of an address stands for: escapes (<c>%40</c>) are read, unless a value was put there that is none of an
    /// address.</summary>
    public static string Decode(string part) => Escaped().IsMatch(part) ? Uri.UnescapeDataString(part) : part;

    [GeneratedRegex(@"\{\{secret:[^{}]*\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Secret();

    [GeneratedRegex("\u0001([0-9]+)\u0002", RegexOptions.CultureInvariant)]
    private static partial Regex Kept();

    // The last @ of the authority ends them, as in Go.
    [GeneratedRegex(@"^(?<scheme>\s*[A-Za-z][A-Za-z0-9+.-]*://)(?<user>[^/?#]*)@(?<rest>[^/?#@]*([/?#].*)?)$",
        RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex("^([^%@:/?#]|%[0-9A-Fa-f]{2})*$", RegexOptions.CultureInvariant)]
    private static partial Regex Escaped();
}
