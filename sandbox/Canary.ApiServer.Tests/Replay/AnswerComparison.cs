using System;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Canary.ApiServer.Tests.Replay;

/// <summary>Compares an answer with the recorded one. The first difference is told; order of members and of causes means nothing.</summary>
internal sealed partial class AnswerComparison(Placeholders placeholders, bool seesManagedFields)
{
    // Texts for people that every server words for itself.
    private static readonly string[] Unread = ["gitCommit", "buildDate", "goVersion", "compiler", "platform", "gitTreeState"];

    /// <returns>Null when they are the same.</returns>
    public string? Difference(JsonNode? recorded, JsonNode? actual)
    {
        var isTrimmed = recorded is JsonObject obj && obj.Remove("_note");
        if (recorded is JsonObject status && status["kind"]?.ToString() == "Status" && actual is JsonObject told)
            SortCauses(status, told);
        placeholders.Learn(recorded, actual);
        SortGenerated(recorded, actual);
        if (seesManagedFields)
            SortManagers(recorded, actual);
        return Node(recorded, actual, "", isTrimmed);
    }

    /// <summary>As <see cref="Difference"/>, for documents of which either side may have entries that the other has not.</summary>
    public string? DifferenceInCommon(JsonNode? recorded, JsonNode? actual)
    {
        Narrow(recorded, actual);
        return Difference(recorded, actual);
    }

    /// <summary>Leaves in lists of named entries those that both sides have.</summary>
    private static void Narrow(JsonNode? recorded, JsonNode? actual)
    {
        if (recorded is JsonObject left && actual is JsonObject right)
        {
            foreach (var name in left.Select(m => m.Key).Intersect(right.Select(m => m.Key)).ToList())
            {
                if (name is "paths")
                    Keep(left, right);
                Narrow(left[name], right[name]);
            }
        }
        else if (recorded is JsonArray these && actual is JsonArray those)
        {
            var common = these.Select(Key).Intersect(those.Select(Key)).ToList();
            foreach (var list in new[] { these, those })
                list.RemoveAll(item => !common.Contains(Key(item)));
            // Definitions are listed in no order by a real server.
            if (these.Count > 0 && these[0] is JsonObject resource && resource.ContainsKey("verbs"))
                Reorder(these, those);
            for (var i = 0; i < Math.Min(these.Count, those.Count); i++)
                Narrow(these[i], those[i]);
        }
    }

    private static void Reorder(JsonArray these, JsonArray those)
    {
        var sorted = these.Select(Key).Select(key => those.First(item => Key(item) == key)!.DeepClone()).ToList();
        those.Clear();
        foreach (var item in sorted)
            those.Add(item);
    }

    private static void Keep(JsonObject left, JsonObject right)
    {
        if (left["paths"] is not JsonObject recorded || right["paths"] is not JsonObject actual)
            return;
        foreach (var name in recorded.Select(m => m.Key).Except(actual.Select(m => m.Key)).ToList())
            recorded.Remove(name);
        foreach (var name in actual.Select(m => m.Key).Except(recorded.Select(m => m.Key)).ToList())
            actual.Remove(name);
    }

    private static string Key(JsonNode? item) => item is JsonObject entry
        ? (entry["name"] ?? entry["resource"] ?? entry["subresource"] ?? entry["version"] ?? entry["metadata"]?["name"])?.ToString() ?? ""
        : item?.ToString() ?? "";

    // Entries of managedFields stand in the order of their times, which were seconds apart when they were recorded.
    private static void SortManagers(JsonNode? recorded, JsonNode? actual)
    {
        foreach (var metadata in new[] { recorded?["metadata"], actual?["metadata"] })
        {
            if (metadata?["managedFields"] is JsonArray entries)
                metadata["managedFields"] = new JsonArray([.. entries.Select(e => e?.DeepClone())
                    .OrderBy(e => $"{e?["manager"]} {e?["operation"]} {e?["subresource"]}", StringComparer.Ordinal)]);
        }
    }

    // Where a generated name stands in a list depends on what was generated.
    private void SortGenerated(JsonNode? recorded, JsonNode? actual)
    {
        foreach (var member in new[] { "items", "rows" })
        {
            if (recorded?[member] is not JsonArray these || actual?[member] is not JsonArray those || these.Count != those.Count)
                continue;
            var sorted = these.Select(i => i?.DeepClone()).OrderBy(i => placeholders.Fill(NameOf(i)), StringComparer.Ordinal).ToList();
            if (these.Any(i => placeholders.Fill(NameOf(i)) != NameOf(i)))
                recorded[member] = new JsonArray([.. sorted]);
        }
    }

    private static string NameOf(JsonNode? item) => ((item?["object"] ?? item)?["metadata"]?["name"])?.ToString() ?? "";

    /// <summary>As <see cref="Difference"/>, without the descriptions, which are everybody's own.</summary>
    public string? DifferenceInSchemas(JsonNode? recorded, JsonNode? actual)
    {
        RemoveDescriptions(recorded);
        RemoveDescriptions(actual);
        Narrow(recorded, actual);
        return Node(recorded, actual, "", isTrimmed: true);
    }

    private static void RemoveDescriptions(JsonNode? node)
    {
        if (node is JsonObject obj)
        {
            if (obj["description"] is JsonValue)
                obj.Remove("description");
            foreach (var (_, value) in obj)
                RemoveDescriptions(value);
        }
        else if (node is JsonArray array)
        {
            foreach (var item in array)
                RemoveDescriptions(item);
        }
    }

    private string? Node(JsonNode? recorded, JsonNode? actual, string path, bool isTrimmed)
    {
        if (path.EndsWith(".columnDefinitions", StringComparison.Ordinal))
            Strip(recorded, actual);
        return (recorded, actual) switch
        {
            (null, null) => null,
            (JsonObject left, JsonObject right) => Members(left, right, path, isTrimmed),
            (JsonArray left, JsonArray right) => Items(left, right, path, isTrimmed),
            (JsonValue left, JsonValue right) when IsText(left) && IsText(right) =>
                Text(left.GetValue<string>(), right.GetValue<string>(), path),
            (JsonValue left, JsonValue right) when JsonNode.DeepEquals(left, right) => null,
            _ => $"{path}: recorded {Shown(recorded)}, is {Shown(actual)}",
        };
    }

    private string? Members(JsonObject recorded, JsonObject actual, string path, bool isTrimmed)
    {
        LearnName(recorded, actual);
        foreach (var name in recorded.Select(m => m.Key).Union(actual.Select(m => m.Key)))
        {
            if ((name == "managedFields" && !seesManagedFields) || Unread.Contains(name) || name.StartsWith('_'))
                continue;
            var inner = $"{path}.{name}";
            if (!recorded.ContainsKey(name))
            {
                if (isTrimmed)
                    continue;
                return $"{inner}: is {Shown(actual[name])}, not recorded";
            }

            if (!actual.ContainsKey(name))
                return $"{inner}: recorded {Shown(recorded[name])}, missing";
            // The version of a list moves with every write anywhere: it cannot be earlier than what was seen.
            if (name == "resourceVersion" && IsListVersion(recorded, path))
                continue;
            if (Node(recorded[name], actual[name], inner, isTrimmed) is { } difference)
                return difference;
        }

        return null;
    }

    private string? Items(JsonArray recorded, JsonArray actual, string path, bool isTrimmed)
    {
        if (recorded.Count != actual.Count)
            return $"{path}: recorded {recorded.Count} items, are {actual.Count}: {Shown(recorded)} / {Shown(actual)}";
        return recorded.Select((item, i) => Node(item, actual[i], $"{path}[{i}]", isTrimmed)).FirstOrDefault(d => d is not null);
    }

    private string? Text(string recorded, string actual, string path)
    {
        if (placeholders.Matches(recorded, actual))
            return null;
        if (Age().IsMatch(recorded) && Age().IsMatch(actual))
            return null;
        if (Address().IsMatch(recorded) && Address().IsMatch(actual) && placeholders[recorded] is null)
        {
            placeholders.Bind(recorded, actual);
            return null;
        }

        // Several causes in one message have no order, and an object that is quoted in one has no order of members.
        if (path.EndsWith("message", StringComparison.Ordinal) && IsUnordered(recorded)
            && Letters(placeholders.Fill(Unquoted(recorded))) == Letters(Unquoted(actual)))
            return null;
        return $"{path}: recorded \"{recorded}\", is \"{actual}\"";
    }

    private static void Strip(JsonNode? recorded, JsonNode? actual)
    {
        foreach (var column in (recorded as JsonArray ?? []).Concat(actual as JsonArray ?? []).OfType<JsonObject>())
            column.Remove("description");
    }

    /// <summary>A generated name is another one each time.</summary>
    private void LearnName(JsonObject recorded, JsonObject actual)
    {
        if (recorded["generateName"]?.ToString() is not { } prefix || recorded["name"]?.ToString() is not { } name
            || actual["name"]?.ToString() is not { } given)
            return;
        if (placeholders[name] is null && name != given && prefix.StartsWith(name[..^5], StringComparison.Ordinal)
            && given.Length == name.Length && given[..^5] == name[..^5])
            placeholders.Bind(name, given);
    }

    private static bool IsListVersion(JsonObject metadata, string path) =>
        path is ".metadata" or ".object.metadata" && !metadata.ContainsKey("name") && !metadata.ContainsKey("uid");

    private static void SortCauses(JsonObject recorded, JsonObject actual)
    {
        foreach (var status in new[] { recorded, actual })
        {
            if (status["details"]?["causes"] is JsonArray causes)
                status["details"]!["causes"] =
                    new JsonArray([.. causes.Select(c => c?.DeepClone()).OrderBy(c => c?.ToJsonString(), StringComparer.Ordinal)]);
        }
    }

    private static bool IsUnordered(string text) =>
        text.Contains(": [", StringComparison.Ordinal) || text.Contains("strict decoding error", StringComparison.Ordinal)
        || text.Contains("patch: Invalid value", StringComparison.Ordinal)
        || text.StartsWith("Invalid value: \"{", StringComparison.Ordinal) || text.Contains(")(0x", StringComparison.Ordinal);

    private static string Unquoted(string text) => Address16().Replace(QuotedObject().Replace(text, "…"), "0x0");

    private static string Letters(string text) => string.Concat(text.Order());

    private static bool IsText(JsonValue value) => value.GetValueKind() == JsonValueKind.String;

    private static string Shown(JsonNode? node)
    {
        var text = node?.ToJsonString(Recorded.Plain) ?? "null";
        return text.Length > 300 ? text[..300] + "…" : text;
    }

    [GeneratedRegex("\"\\{\\\\\".*\\}\"(?=: )")]
    private static partial Regex QuotedObject();

    [GeneratedRegex("0x[0-9a-f]+")]
    private static partial Regex Address16();

    [GeneratedRegex("^([0-9]+[smhdy])+$")]
    private static partial Regex Age();

    [GeneratedRegex(@"^10\.96\.[0-9]+\.[0-9]+$")]
    private static partial Regex Address();
}
