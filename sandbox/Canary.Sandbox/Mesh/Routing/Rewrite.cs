using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Canary.ApiServer.Objects;

namespace Canary.Sandbox.Mesh.Routing;

/// <summary>What the proxy changes in path and authority before it sends.</summary>
internal sealed record Rewrite(string? Uri, string? Authority, Regex? Expression, string? Substitute)
{
    public static Rewrite? Read(JsonNode? rewrite) => rewrite is null ? null : new(
        rewrite.TextAt("uri"), rewrite.TextAt("authority"),
        rewrite.TextAt("uriRegexRewrite", "match") is { } match
            ? new Regex(match, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant) : null,
        // RE2 writes \1 where .NET writes $1.
        rewrite.TextAt("uriRegexRewrite", "rewrite") is { } text ? Regex.Replace(text.Replace("$", "$$"), @"\\(\d)", "$${$1}") : null);

    /// <summary>The new path with its query. The prefix that matched is replaced, or the whole path where no prefix was asked
    /// for.</summary>
    public string Target(MeshRequest request, string? matchedPrefix)
    {
        var query = request.Target[request.Path.Length..];
        if (Expression is not null && Substitute is not null) return Expression.Replace(request.Path, Substitute) + query;
        if (Uri is null) return request.Target;
        var path = matchedPrefix is null ? Uri : Uri + request.Path[matchedPrefix.Length..];
        return (path.Length == 0 ? "/" : path) + query;
    }
}
