using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;

namespace Canary.ApiServer.Documents.Schemas;

/// <summary>Reads the <c>openAPIV3Schema</c> of a CustomResourceDefinition.</summary>
internal static class SchemaReader
{
    public static SchemaNode Read(JsonObject schema)
    {
        var properties = (schema.Member("properties") as JsonObject ?? [])
            .Where(member => member.Value is JsonObject)
            .ToDictionary(member => member.Key, member => Read((JsonObject)member.Value!), StringComparer.Ordinal);
        var items = schema.Member("items") is JsonObject element ? Read(element) : null;
        var additional = schema.Member("additionalProperties");
        var values = additional is JsonObject value ? Read(value) : additional.IsTrue() ? SchemaNode.Anything : null;
        return new SchemaNode
        {
            Type = schema.Member("type").Text(),
            Format = schema.Member("format").Text(),
            Description = schema.Member("description").Text(),
            Nullable = schema.Member("nullable").IsTrue(),
            HasDefault = schema.Member("default") is not null,
            Default = schema.Member("default")?.DeepClone(),
            Properties = properties,
            Values = values,
            Items = items,
            Required = Texts(schema.Member("required")),
            Bounds = ReadBounds(schema),
            PreservesUnknown = schema.Member("x-kubernetes-preserve-unknown-fields").IsTrue(),
            IntOrString = schema.Member("x-kubernetes-int-or-string").IsTrue(),
            EmbeddedResource = schema.Member("x-kubernetes-embedded-resource").IsTrue(),
            AtomicObject = schema.Member("x-kubernetes-map-type").Text() == "atomic",
            List = ReadList(schema.Member("x-kubernetes-list-type").Text()),
            ListKeys = [.. Texts(schema.Member("x-kubernetes-list-map-keys")).Order(StringComparer.Ordinal)],
            Rules = CelRule.Read(schema),
            HasRules = schema.Member("x-kubernetes-validations") is JsonArray { Count: > 0 }
                || properties.Values.Any(property => property.HasRules) || (items?.HasRules ?? false) || (values?.HasRules ?? false),
            Source = schema,
        };
    }

    private static ListKind ReadList(string? name) => name switch
    {
        "set" => ListKind.Set,
        "map" => ListKind.Map,
        _ => ListKind.Atomic,
    };

    private static ValueBounds ReadBounds(JsonObject schema) => new()
    {
        Minimum = Double(schema.Member("minimum")),
        ExclusiveMinimum = schema.Member("exclusiveMinimum").IsTrue(),
        Maximum = Double(schema.Member("maximum")),
        ExclusiveMaximum = schema.Member("exclusiveMaximum").IsTrue(),
        MultipleOf = Double(schema.Member("multipleOf")),
        MinLength = schema.Member("minLength").Whole(),
        MaxLength = schema.Member("maxLength").Whole(),
        MinItems = schema.Member("minItems").Whole(),
        MaxItems = schema.Member("maxItems").Whole(),
        MinProperties = schema.Member("minProperties").Whole(),
        MaxProperties = schema.Member("maxProperties").Whole(),
        UniqueItems = schema.Member("uniqueItems").IsTrue(),
        Pattern = schema.Member("pattern").Text(),
        Enum = schema.Member("enum") is JsonArray names ? [.. names] : [],
        AllOf = Schemas(schema.Member("allOf")),
        AnyOf = Schemas(schema.Member("anyOf")),
        OneOf = Schemas(schema.Member("oneOf")),
        Not = schema.Member("not") is JsonObject not ? Read(not) : null,
    };

    private static IReadOnlyList<SchemaNode> Schemas(JsonNode? list) =>
        list is JsonArray schemas ? [.. schemas.OfType<JsonObject>().Select(Read)] : [];

    private static IReadOnlyList<string> Texts(JsonNode? list) =>
        list is JsonArray texts ? [.. texts.Select(text => text.Text()).OfType<string>()] : [];

    private static double? Double(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? GoFormat.Double(value) : null;
}
