using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace Canary.Core.Analysis.Conditions.Values;

/// <summary>JSON as Go reads and writes it: two spaces an indent, keys in order, every number that is read a floating one.</summary>
internal static class GoJson
{
    public static string Write(Value value)
    {
        var text = new StringBuilder();
        Write(text, value, "\n");
        return text.ToString();
    }

    /// <exception cref="EvaluationException">It is no JSON.</exception>
    public static Value Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            throw new EvaluationException("fromJSON was given a text that is no JSON");
        }
    }

    private static Value Read(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => Map(element),
        JsonValueKind.Array => new Value.List([.. element.EnumerateArray().Select(Read)]),
        JsonValueKind.String => new Value.Text(element.GetString()!),
        JsonValueKind.Number => new Value.Number(element.GetDouble()),
        JsonValueKind.True => new Value.Bool(true),
        JsonValueKind.False => new Value.Bool(false),
        JsonValueKind.Undefined or JsonValueKind.Null => new Value.Nil(),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static Value.Map Map(JsonElement element)
    {
        var members = new Dictionary<Value, Value>();
        foreach (var member in element.EnumerateObject()) members[new Value.Text(member.Name)] = Read(member.Value);
        return new(members);
    }

    private static void Write(StringBuilder text, Value value, string line)
    {
        switch (value)
        {
            case Value.Nil:
                text.Append("null");
                break;
            case Value.Number { Amount: var amount } when !double.IsFinite(amount):
                throw new EvaluationException($"toJSON cannot write the number {value}");
            case Value.Number number:
                text.Append(GoText.Number(number.Amount, -6, 21));
                break;
            case Value.Duration duration:
                text.Append((duration.Length.Ticks * 100).ToString(CultureInfo.InvariantCulture));
                break;
            case Value.Time time:
                text.Append(CultureInfo.InvariantCulture,
                    $"\"{time.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture)}Z\"");
                break;
            case Value.Text content:
                Write(text, content.Content);
                break;
            case Value.List or Value.Map { Items: not null }:
                Several(text, "[", "]", line,
                    [.. Lists.Members("toJSON", value).Select(member => (Action<string>)(inner => Write(text, member, inner)))]);
                break;
            case Value.Map map:
                Several(text, "{", "}", line,
                    [.. Sorted(map).Select(member => (Action<string>)(inner => WriteMember(text, member, inner)))]);
                break;
            default:
                text.Append(value);
                break;
        }
    }

    private static IEnumerable<(string Key, Value Value)> Sorted(Value.Map map) => map.Members
        .Select(member => (Key: (member.Key as Value.Text)?.Content
            ?? throw new EvaluationException($"toJSON needs texts as keys, and the map has {member.Key.Kind} ({member.Key})"),
            member.Value))
        .OrderBy(member => member.Key, StringComparer.Ordinal);

    private static void WriteMember(StringBuilder text, (string Key, Value Value) member, string line)
    {
        Write(text, member.Key);
        text.Append(": ");
        Write(text, member.Value, line);
    }

    private static void Several(StringBuilder text, string open, string close, string line, IReadOnlyList<Action<string>> members)
    {
        text.Append(open);
        for (var index = 0; index < members.Count; index++)
        {
            text.Append(index == 0 ? "" : ",").Append(line).Append("  ");
            members[index](line + "  ");
        }

        if (members.Count > 0) text.Append(line);
        text.Append(close);
    }

    private static void Write(StringBuilder text, string content)
    {
        text.Append('"');
        foreach (var letter in content)
        {
            _ = letter switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' or '<' or '>' or '&' or '\u2028' or '\u2029' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                _ => text.Append(letter),
            };
        }

        text.Append('"');
    }
}
