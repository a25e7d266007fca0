using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Canary.ApiServer.Tests.Replay;

/// <summary>What the placeholders of one recording stand for in this run: bound when first seen in an answer.</summary>
internal sealed partial class Placeholders
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public string? this[string placeholder] => _values.GetValueOrDefault(placeholder);

    public void Bind(string placeholder, string value) => _values[placeholder] = value;

    /// <summary>The text as it is sent: what is not bound yet gets a value that fits between its neighbours.</summary>
    public string Fill(string text)
    {
        var filled = Shape().Replace(text, match => _values.TryGetValue(match.Value, out var value) ? value : Invent(match));
        foreach (var (recorded, actual) in _values.Where(v => !Shape().IsMatch(v.Key)))
            filled = filled.Replace(recorded, actual, StringComparison.Ordinal);
        return filled;
    }

    public JsonNode? Fill(JsonNode? node) => node is null ? null : JsonNode.Parse(Fill(node.ToJsonString(Recorded.Plain)));

    /// <summary>True when the recorded text is, or can be, the actual one. Binds what it learns.</summary>
    public bool Matches(string recorded, string actual)
    {
        if (!Shape().IsMatch(recorded))
            return recorded == actual || (_values.Count > 0 && Fill(recorded) == actual);

        var names = Shape().Matches(recorded).Select(m => m.Value).ToList();
        var pattern = "^" + string.Join("(.+?)", Shape().Split(recorded).Where((_, i) => i % 3 == 0).Select(Regex.Escape)) + "$";
        var match = Regex.Match(actual, pattern, RegexOptions.Singleline);
        return match.Success && names.Select((name, i) => Accept(name, match.Groups[i + 1].Value)).All(ok => ok);
    }

    /// <summary>Binds what stands alone in a place of the recorded answer and is not bound yet, whatever else differs.</summary>
    public void Learn(JsonNode? recorded, JsonNode? actual)
    {
        switch (recorded, actual)
        {
            case (JsonObject left, JsonObject right):
                foreach (var (name, value) in left)
                    Learn(value, right[name]);
                break;
            case (JsonArray left, JsonArray right) when left.Count == right.Count:
                for (var i = 0; i < left.Count; i++)
                    Learn(left[i], right[i]);
                break;
            case (JsonValue left, JsonValue right):
                var text = left.ToString();
                if (Shape().Match(text) is { Success: true } match && match.Length == text.Length && !_values.ContainsKey(text))
                    Accept(text, right.ToString());
                break;
        }
    }

    private bool Accept(string name, string value)
    {
        var kind = name[1..name.IndexOf('-')];
        if (kind is "time" or "microtime")
            return Time().IsMatch(value);
        if (kind is "rv" && !value.All(char.IsAsciiDigit))
            return false;
        if (_values.TryGetValue(name, out var known))
            return kind is "hash" or "continue" || known == value;
        _values[name] = value;
        return true;
    }

    private string Invent(Match match)
    {
        var kind = match.Groups["kind"].Value;
        if (kind == "rv")
        {
            // A write that was not recorded moved the version: the nearest one before it says the same.
            var number = int.Parse(match.Groups["number"].Value, System.Globalization.CultureInfo.InvariantCulture);
            for (var n = number - 1; n > 0; n--)
            {
                if (_values.TryGetValue($"<rv-{n}>", out var near))
                    return near;
            }

            return "1";
        }

        var value = kind switch
        {
            "uid" =>
            Guid.NewGuid().ToString(),
            "time" => "2021-01-01T00:00:00Z",
            "microtime" => "2021-01-01T00:00:00.000000Z",
            _ => match.Value
        };
        _values[match.Value] = value;
        return value;
    }

    [GeneratedRegex("<(?<kind>uid|rv|time|microtime|continue|token|hash)-(?<number>[0-9]+)>")]
    private static partial Regex Shape();

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{6})?Z$")]
    private static partial Regex Time();
}
