using System;
using System.Collections.Generic;
using System.Linq;

namespace Canary.ApiServer.Http;

/// <summary>One media type of an Accept or Content-Type header with its parameters.</summary>
internal sealed record MediaType(string Name, IReadOnlyDictionary<string, string> Parameters)
{
    public string? this[string parameter] => Parameters.GetValueOrDefault(parameter);

    public static IReadOnlyList<MediaType> ParseList(string header) =>
        [.. header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Parse)];

    public static MediaType Parse(string text)
    {
        var parts = text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in parts.Skip(1))
        {
            var at = part.IndexOf('=');
            if (at > 0)
                parameters[part[..at].Trim()] = part[(at + 1)..].Trim().Trim('"');
        }

        return new MediaType(parts.Length == 0 ? "" : parts[0].ToLowerInvariant(), parameters);
    }
}
