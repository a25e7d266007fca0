using System;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Canary.ApiServer.Documents.Texts;

/// <summary>Values as the messages of a Go program show them: clients compare and parse these texts.</summary>
internal static class GoFormat
{
    /// <summary>A quoted string, as <c>%q</c>.</summary>
    public static string Quoted(string text)
    {
        var shown = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
            _ = c switch
            {
                '"' => shown.Append("\\\""),
                '\\' => shown.Append("\\\\"),
                '\n' => shown.Append("\\n"),
                '\r' => shown.Append("\\r"),
                '\t' => shown.Append("\\t"),
                < ' ' or '\x7f' => shown.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ => shown.Append(c),
            };
        return shown.Append('"').ToString();
    }

    /// <summary>A value inside a field error: strings quoted, objects and lists in Go syntax.</summary>
    public static string Value(JsonNode? node) => node switch
    {
        null => "\"null\"",
        JsonObject members =>
            "map[string]interface {}{" + string.Join(", ", Names(members).Select(name => $"{Quoted(name)}:{Nested(members[name])}")) + "}",
        JsonArray items => "[]interface {}{" + string.Join(", ", items.Select(Nested)) + "}",
        _ => Scalar(node),
    };

    /// <summary>A value as <c>%v</c> prints it: <c>map[a:1 b:2]</c>, <c>[x y]</c>.</summary>
    public static string Plain(JsonNode? node) => node switch
    {
        null => "<nil>",
        JsonObject members => "map[" + string.Join(' ', Names(members).Select(name => $"{name}:{Plain(members[name])}")) + "]",
        JsonArray items => "[" + string.Join(' ', items.Select(Plain)) + "]",
        _ => node.Text() ?? Scalar(node),
    };

    /// <summary>A floating point number as <c>%v</c> prints it: with an exponent from 1e+06 up and below 1e-04.</summary>
    public static string Number(double number)
    {
        if (number == 0)
            return "0";
        var parts = number.ToString("E16", CultureInfo.InvariantCulture).Split('E');
        var exponent = int.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (exponent is >= -4 and < 6)
            return number.ToString("0.####################", CultureInfo.InvariantCulture);
        var digits = number.ToString("R", CultureInfo.InvariantCulture).Split('E')[0].Replace(".", "", StringComparison.Ordinal)
            .TrimStart('-').Trim('0');
        var mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
        return string.Create(CultureInfo.InvariantCulture,
            $"{(number < 0 ? "-" : "")}{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }

    /// <summary>Name of the JSON type in the schema's words.</summary>
    public static string JsonType(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject => "object",
        JsonArray => "array",
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => "string",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            _ => node.Whole() is not null || IsWholeFloat(node) ? "integer" : "number",
        },
    };

    /// <summary>Name of the Go type that an untyped decoder makes of the value.</summary>
    public static string GoType(JsonNode? node) => node switch
    {
        null => "<nil>",
        JsonObject => "map[string]interface {}",
        JsonArray => "[]interface {}",
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => "string",
            JsonValueKind.True or JsonValueKind.False => "bool",
            _ => node.Whole() is not null ? "int64" : "float64",
        },
    };

    /// <summary>True for a number such as 2.0, which the schema takes for an integer and Go for a float.</summary>
    public static bool IsWholeFloat(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && node.Whole() is null
        && Double(value) is var number && number == Math.Floor(number) && Math.Abs(number) < 9.2e18;

    public static double Double(JsonNode node) => double.Parse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    private static string Nested(JsonNode? node) => node is null ? "interface {}(nil)" : Value(node);

    private static IOrderedEnumerable<string> Names(JsonObject members) =>
        members.Select(member => member.Key).OrderBy(name => name, StringComparer.Ordinal);

    private static string Scalar(JsonNode node) => node.GetValueKind() switch
    {
        JsonValueKind.String => Quoted(node.GetValue<string>()),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => node.Whole() is { } whole ? whole.ToString(CultureInfo.InvariantCulture) : Number(Double(node)),
    };
}
