using System;
using System.Linq;
using System.Text.Json.Nodes;

namespace Canary.Terminal;

/// <summary>A header or mirror route in a few words: <c>header route staff: x-staff is yes</c>.</summary>
public static class RouteText
{
    /// <summary>The route, as a step or a status has it.</summary>
    /// <param name="route">The route.</param>
    /// <param name="isHeader">It is a header route; else a mirror.</param>
    public static string Describe(JsonObject route, bool isHeader)
    {
        var title = $"{(isHeader ? "header" : "mirror")} route {(string?)route["name"]}";
        var share = (decimal?)route["percentage"] ?? (route["match"] is JsonArray { Count: > 0 } ? 100 : 0);
        var match = string.Join(" or ", (route["match"] as JsonArray ?? []).OfType<JsonObject>().Select(Match));
        if (isHeader) return match.Length == 0 ? $"no {title}" : $"{title}: {match}";
        return share == 0 ? $"no {title}"
            : FormattableString.Invariant($"{title}: {share:0.##} %{(match.Length == 0 ? "" : $" where {match}")}");
    }

    private static string Match(JsonObject match) => string.Join(" and ", new[]
    {
        match["headerName"] is null ? "" : $"{(string?)match["headerName"]} {Value(match["headerValue"])}",
        match["cookieName"] is null ? "" : $"cookie {(string?)match["cookieName"]} {Value(match["cookieValue"])}",
        match["method"] is { } method ? $"method {Value(method)}" : "",
        match["path"] is { } path ? $"path {Value(path)}" : "",
    }.Concat((match["headers"] as JsonObject ?? []).Select(header => $"{header.Key} {Value(header.Value)}"))
        .Where(part => part.Length > 0));

    private static string Value(JsonNode? value) => (value?["exact"], value?["prefix"], value?["regex"]) switch
    {
        ({ } exact, _, _) => $"is {exact}",
        (_, { } prefix, _) => $"begins with {prefix}",
        (_, _, var regex) => $"matches {regex}",
    };
}
