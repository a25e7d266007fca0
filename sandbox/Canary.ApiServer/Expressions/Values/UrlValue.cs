using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace Canary.ApiServer.Expressions.Values;

/// <summary>An absolute URI or an absolute path, taken apart.</summary>
internal sealed partial record UrlValue(string Text, string Scheme, string Host, string EscapedPath, string Query)
{
    public string HostName => Host.StartsWith('[') ? Host[1..Math.Max(1, Host.IndexOf(']'))] : Host.Split(':')[0];

    public string Port => Host.LastIndexOf(':') is var colon and >= 0 && colon > Host.LastIndexOf(']') ? Host[(colon + 1)..] : "";

    /// <summary>Values of the query by their names.</summary>
    public IEnumerable<(string Name, IReadOnlyList<string> Values)> Parameters => Query.Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(part => part.Split('=', 2))
        .GroupBy(part => Uri.UnescapeDataString(part[0].Replace('+', ' ')))
        .Select(group => (group.Key,
            (IReadOnlyList<string>)[.. group.Select(part => part.Length > 1 ? Uri.UnescapeDataString(part[1].Replace('+', ' ')) : "")]));

    /// <returns>Null where it is none.</returns>
    public static UrlValue? Read(string text)
    {
        if (text.Any(c => c <= ' ' || c == '\x7f') || text.Contains('#') || !Parts().IsMatch(text))
            return null;
        var parts = Parts().Match(text);
        var scheme = parts.Groups["scheme"].Value.ToLowerInvariant();
        var host = parts.Groups["host"].Value;
        var path = parts.Groups["path"].Value;
        if (scheme.Length == 0 && !path.StartsWith('/'))
            return null;
        if (BadEscape().IsMatch(path) || !HostAndPort().IsMatch(host))
            return null;
        return new UrlValue(text, scheme, host[(host.LastIndexOf('@') + 1)..], path, parts.Groups["query"].Value);
    }

    public override string ToString() => Text;

    [GeneratedRegex(@"\A((?<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?(//(?<host>[^/?]*))?(?<path>[^?]*)(\?(?<query>.*))?\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Parts();

    [GeneratedRegex("%(?![0-9A-Fa-f]{2})")]
    private static partial Regex BadEscape();

    [GeneratedRegex(@"\A([^@]*@)?(\[[0-9A-Fa-f:.]+\]|[^:\[\]<>""\\^`{|}]*)(:[0-9]*)?\z")]
    private static partial Regex HostAndPort();
}
