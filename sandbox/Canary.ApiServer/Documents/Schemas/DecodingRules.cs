using System;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;

namespace Canary.ApiServer.Documents.Schemas;

/// <summary>Types that a typed decoder refuses, in the words of Go's.</summary>
internal static class DecodingRules
{
    /// <summary>The first value that cannot be read; null where all can.</summary>
    /// <param name="node">What is read.</param>
    /// <param name="schema">A described type, or a part of one.</param>
    /// <param name="path">Names on the way from the root of what is decoded, without indices.</param>
    public static string? Check(JsonNode? node, SchemaNode schema, string path)
    {
        if (node is not JsonObject members || schema.PreservesUnknown)
            return null;
        foreach (var (name, value) in members)
        {
            if (value is null || !schema.Properties.TryGetValue(name, out var field))
                continue;
            var inner = path.Length == 0 ? name : $"{path}.{name}";
            if (Value(value, field, $"{TypeOf(schema)}.{inner}", inner) is { } error)
                return error;
        }

        return null;
    }

    private static string? Value(JsonNode value, SchemaNode schema, string field, string path)
    {
        if (schema.IsArray)
            return value is JsonArray items
                ? items.Select(item => item is null ? null : Value(item, schema.Items!, field, path))
                .FirstOrDefault(error => error is not null)
                : Unmarshal(value, field, schema);
        if (schema.Values is { } values)
            return value is JsonObject map
                ? map.Select(member => member.Value is null ? null : Value(member.Value, values, field, path))
                .FirstOrDefault(error => error is not null)
                : Unmarshal(value, field, schema);
        if (schema.IsObject)
            return value is JsonObject ? Check(value, schema, path) : Unmarshal(value, field, schema);
        return Scalar(value, schema, field);
    }

    private static string? Scalar(JsonNode value, SchemaNode schema, string field) =>
        (schema.Type, schema.Format, value.GetValueKind()) switch
        {
            (null, "quantity", JsonValueKind.String or JsonValueKind.Number) => null,
            (null, "int-or-string", JsonValueKind.String) => null,
            (null, "int-or-string", JsonValueKind.Number) when value.Whole() is not null => null,
            (null, null, _) => null,
            ("string", "byte", JsonValueKind.String) => Base64(value.GetValue<string>()),
            ("string", "micro-time", JsonValueKind.String) => GoTimes.MicroTimeError(value.GetValue<string>()),
            ("string", "date-time", JsonValueKind.String) => GoTimes.TimeError(value.GetValue<string>()),
            ("string", _, JsonValueKind.String) => null,
            ("boolean", _, JsonValueKind.True or JsonValueKind.False) => null,
            ("number", _, JsonValueKind.Number) => null,
            ("integer", "int32", JsonValueKind.Number) when value.Whole() is >= int.MinValue and <= int.MaxValue => null,
            ("integer", not "int32", JsonValueKind.Number) when value.Whole() is not null => null,
            _ => Unmarshal(value, field, schema),
        };

    private static string Unmarshal(JsonNode value, string field, SchemaNode schema)
    {
        var kind = value switch
        {
            JsonObject => "object",
            JsonArray => "array",
            _ => value.GetValueKind() switch
            {
                JsonValueKind.String => "string",
                JsonValueKind.True or JsonValueKind.False => "bool",
                _ => schema.Type == "integer" ? $"number {value.ToJsonString()}" : "number",
            },
        };
        return $"json: cannot unmarshal {kind} into Go struct field {field} of type {GoType(schema)}";
    }

    private static string GoType(SchemaNode schema) => schema switch
    {
        { IsArray: true } => "[]" + GoType(schema.Items!),
        { Values: { } values } => "map[string]" + GoType(values),
        { TypeName: { } name } => "v1." + name[(name.LastIndexOf('.') + 1)..],
        { Type: "string" } => "string",
        { Type: "boolean" } => "bool",
        { Type: "number" } => "float64",
        { Type: "integer", Format: { } format } => format,
        _ => "interface {}",
    };

    private static string TypeOf(SchemaNode schema) => schema.TypeName is { } name ? name[(name.LastIndexOf('.') + 1)..] : "struct";

    private static string? Base64(string text)
    {
        var digits = text.AsSpan().TrimEnd('=');
        for (var i = 0; i < digits.Length; i++)
            if (!char.IsAsciiLetterOrDigit(digits[i]) && digits[i] is not ('+' or '/' or '\n' or '\r'))
                return $"illegal base64 data at input byte {i}";
        return Convert.TryFromBase64String(text, new byte[text.Length], out _) ? null
            : $"illegal base64 data at input byte {Math.Max(0, text.Length - 1)}";
    }
}
