using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;

namespace Canary.ApiServer.Documents.Columns;

/// <summary>The part of JSONPath that printer columns use: members, indices, <c>[*]</c>, <c>..</c> left out, and filters such as
/// <c>[?(@.type=="Ready")]</c>.</summary>
internal sealed class PrinterPath
{
    private readonly IReadOnlyList<Func<JsonNode?, IEnumerable<JsonNode?>>> _steps;

    private PrinterPath(IReadOnlyList<Func<JsonNode?, IEnumerable<JsonNode?>>> steps) => _steps = steps;

    public static PrinterPath Parse(string path)
    {
        var steps = new List<Func<JsonNode?, IEnumerable<JsonNode?>>>();
        var at = path.StartsWith('$') ? 1 : 0;
        while (at < path.Length)
        {
            if (path[at] == '[')
            {
                var end = End(path, at);
                steps.Add(Bracket(path[(at + 1)..end].Trim()));
                at = end + 1;
                continue;
            }

            var start = path[at] == '.' ? at + 1 : at;
            at = start;
            while (at < path.Length && path[at] is not ('.' or '['))
                at += path[at] == '\\' ? 2 : 1;
            var name = path[start..Math.Min(at, path.Length)].Replace("\\", "", StringComparison.Ordinal);
            if (name == "*")
                steps.Add(Everything);
            else if (name.Length > 0)
                steps.Add(node => [node.Member(name)]);
        }

        return new PrinterPath(steps);
    }

    /// <summary>The first value that the path finds; null where it finds nothing.</summary>
    public JsonNode? First(JsonNode? root)
    {
        IEnumerable<JsonNode?> found = [root];
        foreach (var step in _steps)
            found = found.SelectMany(step).Where(node => node is not null);
        return found.FirstOrDefault();
    }

    private static Func<JsonNode?, IEnumerable<JsonNode?>> Bracket(string inside)
    {
        if (inside == "*")
            return Everything;
        if (inside.StartsWith("?(", StringComparison.Ordinal))
            return Filter(inside[2..^1].Trim());
        if (inside.Length >= 2 && inside[0] is '\'' or '"')
        {
            var name = inside[1..^1];
            return node => [node.Member(name)];
        }

        return int.TryParse(inside, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index)
            ? node => node is JsonArray items && (index < 0 ? items.Count + index : index) is var i && i >= 0 && i < items.Count
            ? [items[i]] : []
            : _ => [];
    }

    private static Func<JsonNode?, IEnumerable<JsonNode?>> Filter(string condition)
    {
        foreach (var sign in (string[])["==", "!="])
            if (condition.IndexOf(sign, StringComparison.Ordinal) is var at and > 0)
            {
                var left = Parse(condition[..at].Trim().TrimStart('@'));
                var right = condition[(at + 2)..].Trim().Trim('"', '\'');
                var isEqual = sign == "==";
                return node => node is JsonArray items
                    ? items.Where(item => left.First(item) is { } value
                        && string.Equals(GoFormat.Plain(value), right, StringComparison.Ordinal) == isEqual)
                    : [];
            }

        var present = Parse(condition.TrimStart('@'));
        return node => node is JsonArray items ? items.Where(item => present.First(item) is not null) : [];
    }

    private static IEnumerable<JsonNode?> Everything(JsonNode? node) => node switch
    {
        JsonArray items => items,
        JsonObject members => members.Select(member => member.Value),
        _ => [],
    };

    /// <summary>Index of the bracket that closes the one at <paramref name="open"/>; quotes hide brackets.</summary>
    private static int End(string path, int open)
    {
        var quote = '\0';
        var depth = 0;
        for (var i = open; i < path.Length; i++)
            if (quote != '\0')
                quote = path[i] == quote ? '\0' : quote;
            else if (path[i] is '"' or '\'')
                quote = path[i];
            else if (path[i] == '[')
                depth++;
            else if (path[i] == ']' && --depth == 0)
                return i;
        return path.Length - 1;
    }
}
