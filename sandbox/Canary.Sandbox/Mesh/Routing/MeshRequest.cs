using System;
using System.Collections.Generic;
using System.Linq;

namespace Canary.Sandbox.Mesh.Routing;

/// <summary>What routing looks at in a request. <paramref name="Target"/> is the path with its query, as sent.</summary>
internal sealed record MeshRequest(string Method, string Target, string Authority, string Scheme,
    IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>Headers that a proxy adds.</summary>
    public static IReadOnlyList<string> Added { get; } = ["x-request-id", "x-forwarded-proto"];

    public string Path => Target.Split('?', 2)[0];

    /// <summary>The host that was asked for, in small letters and without a port.</summary>
    public string Host => Authority.Split(':', 2)[0].ToLowerInvariant();

    public int Port => Authority.Split(':', 2) is [_, var port] && int.TryParse(port, out var number) ? number : 80;

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public string? QueryParameter(string name) =>
        Target.Split('?', 2) is [_, var query]
            ? query.Split('&').Select(pair => pair.Split('=', 2)).Where(pair => Uri.UnescapeDataString(pair[0]) == name)
                .Select(pair => pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : "").FirstOrDefault()
            : null;
}
