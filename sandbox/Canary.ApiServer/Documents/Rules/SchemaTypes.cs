using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Schemas;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Expressions.Types;
using Canary.ApiServer.Expressions.Values;

namespace Canary.ApiServer.Documents.Rules;

/// <summary>The types that the rules of a schema see, with the greatest sizes that it allows.</summary>
/// <remarks>Source: k8s.io/apiserver/pkg/cel/common/schemas.go of version 1.32.</remarks>
internal static class SchemaTypes
{
    /// <summary>A request is at most so long, in bytes.</summary>
    public const double LongestRequest = 3 * 1024 * 1024;

    private const double LongestDuration = 32;
    private const double LongestTime = 32;
    private const double DateLength = 12;

    /// <returns>Null for a schema that says no type, of which rules can see nothing.</returns>
    public static CelType? Derive(SchemaNode schema, bool isResource)
    {
        if (schema.IntOrString)
            return CelType.Dyn with { MostElements = LongestRequest - 2, LeastBytes = 1 };
        return schema.Type switch
        {
            "array" => List(schema),
            "object" => Object(schema, isResource || schema.EmbeddedResource),
            "string" => Text(schema),
            "boolean" => CelType.Bool,
            "number" => CelType.Double,
            "integer" => CelType.Int,
            _ => null,
        };
    }

    /// <summary>How many values of so few bytes fit into a request.</summary>
    public static double MostValues(long leastBytes) => Math.Floor(LongestRequest / (leastBytes + 1));

    private static CelType? List(SchemaNode schema)
    {
        if (schema.Items is not { } items || Derive(items, items.EmbeddedResource) is not { } element)
            return null;
        return CelType.List(element) with
        {
            MostElements = schema.Bounds.MaxItems is { } most ? Math.Max(0, most)
            : Math.Floor((LongestRequest - 2) / (element.LeastBytes + 1)),
            IsSet = schema.List == ListKind.Set,
            ListKeys = schema.List == ListKind.Map ? [.. schema.ListKeys.Select(FieldNames.Escape)] : [],
        };
    }

    private static CelType? Object(SchemaNode schema, bool isResource)
    {
        if (schema.Values is { } values)
        {
            if (Derive(values, values.EmbeddedResource) is not { } value)
                return null;
            var most = schema.Bounds.MaxProperties is { } declared ? Math.Max(0, declared)
                : Math.Floor((LongestRequest - 2) / (value.LeastBytes + 6));
            return CelType.Map(CelType.String with { MostElements = 0 }, value) with { MostElements = most };
        }

        var fields = new Dictionary<string, CelType>(StringComparer.Ordinal);
        long least = 2;
        foreach (var (name, property) in schema.Properties)
        {
            if (!FieldNames.CanBeNamed(name) || Derive(property, property.EmbeddedResource) is not { } type)
                continue;
            fields[FieldNames.Escape(name)] = type;
            if (schema.Required.Contains(name) && !property.HasDefault)
                least += name.Length + type.LeastBytes + 4;
        }

        if (isResource)
        {
            foreach (var name in (string[])["apiVersion", "kind"])
                fields[name] = CelType.String with { MostElements = LongestRequest - 2 };
            fields["metadata"] = Metadata();
        }

        return new CelType(TypeKind.Object, "object") { Fields = fields, HasEscapedNames = true, LeastBytes = least };
    }

    private static CelType Metadata()
    {
        var name = CelType.String with { MostElements = LongestRequest - 2 };
        return new CelType(TypeKind.Object,
            "object")
        {
            Fields = new Dictionary<string, CelType>(StringComparer.Ordinal) { ["name"] = name, ["generateName"] = name },
            LeastBytes = 2
        };
    }

    private static CelType Text(SchemaNode schema) => schema.Format switch
    {
        "byte" => CelType.Bytes with { MostElements = schema.Bounds.MaxLength ?? LongestRequest - 2 },
        "duration" => CelType.Duration with { MostElements = LongestDuration, LeastBytes = 4 },
        "date" => CelType.Timestamp with { MostElements = DateLength, LeastBytes = 12 },
        "date-time" => CelType.Timestamp with { MostElements = LongestTime, LeastBytes = 22 },
        // A character is up to four bytes long.
        _ =>
            CelType.String with
            {
                MostElements = schema.Bounds.MaxLength is { } most ? Math.Max(0, most) * 4
                : Longest(schema.Bounds.Enum) ?? LongestRequest - 2
            },
    };

    private static double? Longest(IReadOnlyList<JsonNode?> names) => names.Count == 0 ? null : names.Max(name => name.Text()?.Length ?? 0);
}
