using System;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.Traefik;

/// <summary>Rules of Traefik that hold where one of the user's does and, besides, requests are like this.</summary>
internal static class IngressRouteRules
{
    private static readonly string[] OfVersion2 = ["Headers(", "HeadersRegexp("];

    /// <summary>The names of matchers are those of Traefik 2: the route says so, or its rule has one that is not of Traefik 3.</summary>
    /// <param name="route">A route of an IngressRoute.</param>
    public static bool IsVersion2(JsonObject route) => Json.Text(route, "syntax") is { Length: > 0 } syntax ? syntax == "v2"
        : Json.Text(route, "match") is { } rule && OfVersion2.Any(matcher => rule.Contains(matcher, StringComparison.Ordinal));

    /// <summary>The rule; or why there is none.</summary>
    /// <param name="rule">That of the user.</param>
    /// <param name="matches">What requests are like, besides: any of these.</param>
    /// <param name="isVersion2">The names of matchers are those of Traefik 2.</param>
    /// <param name="mark">A header that nobody sends, and its value.</param>
    public static (string Rule, string? Problem) Narrow(string rule, EquatableArray<RequestMatch> matches, bool isVersion2,
        (string Name, string Value) mark)
    {
        var texts = matches.SelectMany(match => match.Headers.SelectMany(header => new[] { header.Name, header.Value.Text })
            .Append(match.Method?.Text ?? "").Append(match.Path?.Text ?? ""));
        if (texts.Any(text => text.Contains('`'))) return ("", "its conditions have a backtick, which ends a text in a rule of Traefik");
        if (matches.Any(match => match.Method is { Kind: not TextTestKind.Exact }))
            return ("", "Traefik compares whole methods; give exact");
        if (isVersion2 && matches.Any(match => match.Path is { Kind: TextTestKind.Regex }))
            return ("", "the syntax of Traefik 2 has no expressions for paths; give exact or prefix");
        var header = isVersion2 ? "Headers" : "Header";
        var ours = string.Join(" || ", matches.Select(match => "(" + string.Join(" && ",
            match.Headers.Select(test => Write(test, header))
                .Append(match.Method is { } method ? $"Method(`{method.Text}`)" : null)
                .Append(match.Path is { } path ? Write(path) : null).OfType<string>()) + ")"));
        return ($"({rule}) && ({ours}) && !{header}(`{mark.Name}`, `{mark.Value}`)", null);
    }

    // Expressions of Traefik find a part of the value.
    private static string Write(HeaderTest test, string header)
    {
        var name = test.IsCookie ? "Cookie" : test.Name;
        return HeaderExpressions.Write(test) is { } expression ? $"{header}Regexp(`{name}`, `^(?:{expression})$`)"
            : $"{header}(`{name}`, `{test.Value.Text}`)";
    }

    private static string Write(TextTest path) => path.Kind switch
    {
        TextTestKind.Exact => $"Path(`{path.Text}`)",
        TextTestKind.Prefix => $"PathPrefix(`{path.Text}`)",
        TextTestKind.Regex => $"PathRegexp(`^(?:{path.Text})$`)",
    };
}
