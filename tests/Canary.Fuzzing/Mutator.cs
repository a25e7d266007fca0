using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Canary.Fuzzing;

/// <summary>Makes of a valid document one that is nearly valid: other types, huge numbers, half characters, members given twice, nulls,
/// deep nesting, missing and extra members. The same seed, the same text.</summary>
internal sealed class Mutator(int seed)
{
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1", "0.5", "-0.0", "1e19", "1e300", "1e400", "-1e400", "9223372036854775807",
        "9223372036854775808", "2147483647", "2147483648", "4294967297", "1e-400",
        "\"\"", "\" \"", "\"x\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\u0000\"", "\"80000000h\"", "\"0s\"", "\"-5s\"", "\"9s9s\"", "\"NaN\"",
        "\"Infinity\"", "\"1e999\"", "\"9999-12-31T23:59:59.9999999Z\"", "\"0001-01-01T00:00:00Z\"",
        "\"2026-03-01T12:00:00Z\"", "\"{{args.x}}\"", "\"{{secret:a/b}}\"", "\"Running\"", "\"abort\"", "\"promote\"", "\"pre\"", "{}",
        "[]", "[null]", "[[]]", "{\"a\":{}}", "[{\"name\":\"a\"},{\"name\":\"a\"}]",
    ];

    private static readonly string[] Texts =
    [
        "", " ", "x", "errors", "0", "1", "-1", "5", "0.5", "50%", "1e19", "1e300", "NaN", "Infinity", "9223372036854775808", "0s", "1s",
        "90s", "1m30s", "80000000h", "-5s", "now()", "result[0] > 1", "result ==", "up{a=\"b\"}",
        "{{args.x}}", "{{args.limit}}", "{{args.", "{{secret:a/b}}", "istio-service", "istio-workload", "duration", "requests", "stable",
        "mannWhitney", "http://127.0.0.1:9090", "not an address", ".*", "(", "a.b/c", "ü", "\u0000",
    ];

    private readonly Random _chance = new(seed);

    /// <summary>A text near <paramref name="valid"/>.</summary>
    public string Next(JsonNode valid)
    {
        var changes = _chance.Next(2) == 0 ? 1 : 1 + _chance.Next(4);
        var nodes = Count(valid);
        var targets = Enumerable.Range(0, changes).Select(_ => _chance.Next(nodes)).ToHashSet();
        var text = new StringBuilder();
        var at = 0;
        Write(valid, targets, ref at, text);
        return text.ToString();
    }

    /// <summary>A document with other texts and numbers in a few places, and no other types.</summary>
    public JsonNode Typed(JsonNode valid)
    {
        var next = valid.DeepClone();
        var leaves = new List<JsonValue>();
        Collect(next, leaves);
        for (var left = Pick([1, 1, 1, 2, 3]); left > 0 && leaves.Count > 0; left--)
        {
            var leaf = leaves[_chance.Next(leaves.Count)];
            leaves.Remove(leaf);
            if (leaf.GetValueKind() == JsonValueKind.String) leaf.ReplaceWith(JsonValue.Create(Pick(Texts)));
            else if (leaf.GetValueKind() == JsonValueKind.Number)
                leaf.ReplaceWith(JsonValue.Create(Pick([0L, 1, -1, 2, 5, 100, 101, int.MaxValue, int.MinValue, long.MaxValue])));
            else leaf.ReplaceWith(JsonValue.Create(_chance.Next(2) == 0));
        }

        return next;
    }

    /// <summary>A text near another text: bytes changed, taken out, and put in twice.</summary>
    public string Text(string valid)
    {
        var text = new StringBuilder(valid);
        for (var left = 1 + _chance.Next(5); left > 0 && text.Length > 0; left--)
        {
            var at = _chance.Next(text.Length);
            var length = Math.Min(1 + _chance.Next(12), text.Length - at);
            switch (_chance.Next(4))
            {
                case 0: text.Remove(at, length); break;
                case 1: text.Insert(at, text.ToString(at, length)); break;
                case 2: text[at] = (char)_chance.Next(1, 127); break;
                default:
                    text.Insert(at,
                    Pick(["*a", "&a ", "{", "[", "]", ": ", "- ", "\n", "\t", "!!str ", "<<: ", "'", "\"", "%", "\0", "? ", "---\n", "|",
                        ">"])); break;
            }
        }

        return text.ToString();
    }

    /// <summary>Bytes near another text: characters cut in half, bytes that are no UTF-8, other encodings, and every change of
    /// <see cref="Text"/>; sometimes the end is missing.</summary>
    public byte[] Bytes(string valid)
    {
        var bytes = new List<byte>(Encoding.UTF8.GetBytes(_chance.Next(3) == 0 ? Text(valid) : valid));
        for (var left = _chance.Next(4); left > 0 && bytes.Count > 0; left--)
        {
            var at = _chance.Next(bytes.Count);
            switch (_chance.Next(6))
            {
                case 0: bytes[at] = (byte)_chance.Next(256); break;
                case 1: bytes.RemoveAt(at); break;
                case 2:
                    bytes.InsertRange(at,
                    Pick<byte[]>([[0xC3], [0xED, 0xA0, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFF, 0xFE], [0xC0, 0x80], [0],
                        [0xEF, 0xBB, 0xBF]])); break;
                case 3:
                    bytes.InsertRange(at,
                    Encoding.UTF8.GetBytes(
                        Pick(["{", "}", "[", "]", "\"", ",", ":", "\\", "\\ud800", "null", "1e999", "\n", "<html>"]))); break;
                case 4: bytes.RemoveRange(at, bytes.Count - at); break;
                default: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(_chance.Next(1, 40), bytes.Count - at))); break;
            }
        }

        return _chance.Next(40) == 0 ? Encoding.Unicode.GetBytes(valid) : [.. bytes];
    }

    /// <summary>A document or its bytes, near <paramref name="valid"/>.</summary>
    public byte[] Document(JsonNode valid) => _chance.Next(3) == 0 ? Bytes(valid.ToJsonString()) : Encoding.UTF8.GetBytes(Next(valid));

    public int Number(int below) => _chance.Next(below);

    public T Pick<T>(IReadOnlyList<T> from) => from[_chance.Next(from.Count)];

    private static void Collect(JsonNode? node, List<JsonValue> leaves)
    {
        if (node is JsonValue leaf) leaves.Add(leaf);
        foreach (var child in node switch { JsonObject map => map.Select(entry => entry.Value), JsonArray list => list, _ => [] })
            Collect(child, leaves);
    }

    private static int Count(JsonNode? node) => 1 + node switch
    {
        JsonObject map => map.Sum(entry => Count(entry.Value)),
        JsonArray list => list.Sum(Count),
        _ => 0,
    };

    private void Write(JsonNode? node, HashSet<int> targets, ref int at, StringBuilder text)
    {
        var isTarget = targets.Contains(at++);
        var inner = new StringBuilder();
        switch (node)
        {
            case JsonObject map:
                Members(map, targets, ref at, inner, isTarget);
                break;
            case JsonArray list:
                inner.Append('[');
                for (var index = 0; index < list.Count; index++)
                {
                    if (index > 0) inner.Append(',');
                    Write(list[index], targets, ref at, inner);
                }

                inner.Append(']');
                break;
            default:
                inner.Append(node?.ToJsonString() ?? "null");
                break;
        }

        text.Append(isTarget ? Changed(inner.ToString()) : inner);
    }

    private void Members(JsonObject map, HashSet<int> targets, ref int at, StringBuilder text, bool isTarget)
    {
        var members = new List<string>();
        foreach (var (name, value) in map)
        {
            var member = new StringBuilder();
            Write(value, targets, ref at, member);
            var written = $"{JsonValue.Create(name).ToJsonString()}:{member}";
            if (isTarget && _chance.Next(4) == 0) continue;
            members.Add(written);
            if (isTarget && _chance.Next(3) == 0) members.Add($"{JsonValue.Create(name).ToJsonString()}:{Pick(Values)}");
        }

        if (isTarget && _chance.Next(2) == 0) members.Add($"{Pick(["\"extra\"", "\"\\ud800\"", "\"\""])}:{Pick(Values)}");
        text.Append('{').AppendJoin(',', members).Append('}');
    }

    private string Changed(string inner) => _chance.Next(8) switch
    {
        0 => Nested(inner),
        1 => $"[{inner},{inner}]",
        2 or 3 when inner[0] == '{' => inner,
        4 => $"\"{new string('x', 40_000)}\"",
        _ => Pick(Values),
    };

    private string Nested(string inner)
    {
        var depth = Pick([3, 70, 1_000, 2_400]);
        return string.Concat(Enumerable.Repeat("{\"a\":", depth)) + inner + new string('}', depth);
    }
}
