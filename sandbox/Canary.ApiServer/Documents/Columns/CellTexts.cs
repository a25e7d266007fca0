using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;

namespace Canary.ApiServer.Documents.Columns;

/// <summary>Texts that cells of several kinds show.</summary>
internal static class CellTexts
{
    /// <summary>A label selector, <c>a=b,c in (d,e)</c>; <c>&lt;none&gt;</c> for an empty one.</summary>
    public static string Selector(JsonNode? selector)
    {
        var parts = new List<string>((selector.Member("matchLabels") as JsonObject ?? [])
            .OrderBy(label => label.Key, System.StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value.Text()}"));
        foreach (var expression in selector.Member("matchExpressions") as JsonArray ?? [])
        {
            var key = expression.Member("key").Text();
            var values = string.Join(',', (expression.Member("values") as JsonArray ?? []).Select(value => value.Text()));
            parts.Add(expression.Member("operator").Text() switch
            {
                "In" => $"{key} in ({values})",
                "NotIn" => $"{key} notin ({values})",
                "Exists" => key ?? "",
                _ => $"!{key}",
            });
        }

        return parts.Count == 0 ? "<none>" : string.Join(',', parts);
    }

    /// <summary>Labels as a list, <c>a=b,c=d</c>; <c>&lt;none&gt;</c> without any.</summary>
    public static string Labels(JsonNode? labels) => labels is JsonObject { Count: > 0 } members
        ? string.Join(',', members.OrderBy(label => label.Key, System.StringComparer.Ordinal)
            .Select(label => $"{label.Key}={label.Value.Text()}"))
        : "<none>";

    public static string Names(JsonNode? containers, string member) =>
        string.Join(',', (containers as JsonArray ?? []).Select(container => container.Member(member).Text() ?? ""));

    /// <summary>The first items, and how many more there are; <c>&lt;unset&gt;</c> without any.</summary>
    public static string FirstOf(IReadOnlyList<string> items, int most) =>
        items.Count == 0 ? "<unset>" : items.Count <= most ? string.Join(',', items)
        : $"{string.Join(',', items.Take(most))} + {items.Count - most} more...";
}
