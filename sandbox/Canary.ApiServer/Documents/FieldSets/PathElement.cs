using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;

namespace Canary.ApiServer.Documents.FieldSets;

/// <summary>One step of a path to a field: <c>f:name</c>, <c>k:{"name":"web"}</c>, <c>v:"a"</c> or <c>i:0</c>.</summary>
internal sealed record PathElement : IComparable<PathElement>
{
    private const string Order = "fkvi";

    private PathElement(string text) => Text = text;

    /// <summary>The step as <c>fieldsV1</c> writes it.</summary>
    public string Text { get; }

    public bool IsField => Text[0] == 'f';

    /// <summary>Name of a field step.</summary>
    public string Name => Text[2..];

    public static PathElement Field(string name) => new("f:" + name);

    public static PathElement Key(JsonObject keys) => new("k:" + JsonTexts.Compact(JsonTexts.Sorted(keys)));

    public static PathElement Value(JsonNode? value) => new("v:" + JsonTexts.Compact(value));

    public static PathElement Read(string text) =>
        text.StartsWith("k:", StringComparison.Ordinal) && JsonNode.Parse(text[2..]) is JsonObject keys ? Key(keys) : new PathElement(text);

    /// <summary>Fields come before keys, keys before values.</summary>
    public int CompareTo(PathElement? other)
    {
        if (other is null)
            return 1;
        var kinds = Order.IndexOf(Text[0], StringComparison.Ordinal) - Order.IndexOf(other.Text[0], StringComparison.Ordinal);
        return kinds != 0 ? kinds : string.CompareOrdinal(Text, other.Text);
    }

    /// <summary>The step as messages show it: <c>.name</c>, <c>[name="web"]</c>, <c>[="a"]</c>.</summary>
    public string Shown => Text[0] switch
    {
        'f' => "." + Name,
        'k' => "[" + string.Join(',', Keys(Text[2..])) + "]",
        'v' => $"[={Text[2..]}]",
        _ => $"[{Text[2..]}]",
    };

    private static IEnumerable<string> Keys(string json) =>
        ((JsonObject)JsonNode.Parse(json)!).Select(key => $"{key.Key}={JsonTexts.Compact(key.Value)}");
}
