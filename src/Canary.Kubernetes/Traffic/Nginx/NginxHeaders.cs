using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Canary.Core.Traffic;

namespace Canary.Kubernetes.Traffic.Nginx;

/// <summary>Header routes as annotations of a canary Ingress: one header and one cookie, of which either is enough.</summary>
internal static class NginxHeaders
{
    public const string Header = "canary-by-header";
    public const string HeaderValue = "canary-by-header-value";
    public const string HeaderPattern = "canary-by-header-pattern";
    public const string Cookie = "canary-by-cookie";

    /// <summary>The value of a cookie that leads to the canary. No other does.</summary>
    private const string Always = "always";

    /// <summary>The annotations, without their prefix, and why some routes cannot be written.</summary>
    public static (IReadOnlyDictionary<string, string> Annotations, IReadOnlyList<string> Problems) Write(ManagedRoutes managed)
    {
        var (annotations, problems) = (new Dictionary<string, string>(), new List<string>());
        problems.AddRange(managed.Mirrors.Select(mirror =>
            $"mirror route {mirror.Name}: ingress-nginx mirrors no requests to a canary; remove the step"));
        foreach (var route in managed.Headers)
        {
            foreach (var match in route.Match)
            {
                if (Add(annotations, match) is { } problem) problems.Add($"header route {route.Name} ({match}): {problem}");
            }
        }

        return (annotations, problems);
    }

    private static string? Add(Dictionary<string, string> annotations, RequestMatch match)
    {
        if (match.Method is not null || match.Path is not null)
            return "ingress-nginx tells a canary's requests by a header or a cookie alone; remove the method and the path";
        if (match.Headers is not [var test])
            return "ingress-nginx does not combine headers; give one header or cookie a match";
        if (annotations.ContainsKey(test.IsCookie ? Cookie : Header))
            return $"a canary Ingress has one {(test.IsCookie ? "cookie" : "header")}, and another match gives it; keep one of them";
        if (test is { IsCookie: true, Value: not { Kind: TextTestKind.Exact, Text: Always } })
            return $"ingress-nginx knows one value of a cookie that leads to the canary: '{Always}'; match it exactly";
        annotations[test.IsCookie ? Cookie : Header] = test.Name;
        if (test.IsCookie) return null;
        var (field, value) = test.Value switch
        {
            { Kind: TextTestKind.Exact, Text: var text } => (HeaderValue, text),
            { Kind: TextTestKind.Prefix, Text: var text } => (HeaderPattern, $"^{Regex.Escape(text)}"),
            { Text: var text } => (HeaderPattern, $"^(?:{text})$"),
        };
        annotations[field] = value;
        return null;
    }
}
