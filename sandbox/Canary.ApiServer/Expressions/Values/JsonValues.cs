using System;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using Canary.ApiServer.Expressions.Types;

namespace Canary.ApiServer.Expressions.Values;

/// <summary>Reads JSON as the values that a schema says it holds.</summary>
internal static class JsonValues
{
    /// <exception cref="CelError">The value is not of the type.</exception>
    public static object? Read(JsonNode? node, CelType type)
    {
        if (node is null)
            return null;
        return type.Kind switch
        {
            TypeKind.Object or TypeKind.Map =>
                node is JsonObject members ? new JsonMap(members, type) : throw Invalid("map[string]interface{}", node),
            TypeKind.List => node is JsonArray items ? List(items, type) : throw Invalid("[]interface{}", node),
            TypeKind.Int => Whole(node) ?? throw Invalid("int", node),
            TypeKind.Double => node.GetValueKind() == JsonValueKind.Number ? Double(node) : throw Invalid("float64", node),
            TypeKind.Bool =>
                node.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? node.GetValue<bool>() : throw Invalid("bool", node),
            TypeKind.String => Text(node),
            TypeKind.Bytes => Bytes(Text(node)),
            TypeKind.Timestamp => Times.ReadTimestamp(Text(node)) ?? throw new CelError($"invalid date-time {Text(node)}"),
            TypeKind.Duration => Times.ReadDuration(Text(node)) ?? throw new CelError($"invalid duration {Text(node)}"),
            _ => Untyped(node),
        };
    }

    private static object Untyped(JsonNode node) => node switch
    {
        JsonObject members => new JsonMap(members, CelType.Map(CelType.String, CelType.Dyn)),
        JsonArray items => List(items, CelType.List(CelType.Dyn)),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => node.GetValue<string>(),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => Whole(node) is { } whole ? (object)whole : Double(node),
        },
    };

    private static ListValue List(JsonArray items, CelType type) =>
        new([.. items.Select(item => Read(item, type.Element ?? CelType.Dyn))], type.IsSet || type.ListKeys.Count > 0, type.ListKeys);

    private static string Text(JsonNode node) =>
        node is JsonValue && node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : throw Invalid("string", node);

    private static byte[] Bytes(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : throw new CelError("invalid base64 data");
    }

    private static long? Whole(JsonNode node) =>
        node is JsonValue && node.GetValueKind() == JsonValueKind.Number
        && long.TryParse(node.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            ? whole
            : null;

    private static double Double(JsonNode node) => double.Parse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    private static CelError Invalid(string expected, JsonNode node)
    {
        var found = node switch
        {
            JsonObject => "map[string]interface {}",
            JsonArray => "[]interface {}",
            _ => node.GetValueKind() switch
            {
                JsonValueKind.String => "string",
                JsonValueKind.True or JsonValueKind.False => "bool",
                _ => Whole(node) is null ? "float64" : "int64",
            },
        };
        return new CelError($"invalid data, expected {expected}, got {found}");
    }
}
