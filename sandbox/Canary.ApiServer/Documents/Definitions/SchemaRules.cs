using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Schemas;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.Definitions;

/// <summary>Checks the schema of one version: its keywords, its structure, its defaults and its rules.</summary>
internal sealed class SchemaRules
{
    private static readonly string[] Types = ["array", "boolean", "integer", "number", "object", "string"];
    private static readonly string[] AtTheRoot =
    [
        "Description", "Type", "Format", "Title", "Maximum", "ExclusiveMaximum", "Minimum", "ExclusiveMinimum", "MaxLength", "MinLength",
        "Pattern", "MaxItems", "MinItems",
        "UniqueItems", "MultipleOf", "Required", "Items", "Properties", "ExternalDocs", "Example", "XPreserveUnknownFields", "XValidations",
    ];

    private static readonly string[] Unsupported = ["id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref"];

    private readonly List<FieldError> _errors = [];
    private readonly RuleCosts _costs = new();

    private SchemaRules()
    {
    }

    public static IReadOnlyList<FieldError> Check(JsonObject schema, string path, bool hasStatus)
    {
        var rules = new SchemaRules();
        if (hasStatus)
            rules.Root(schema, path);
        if (schema.Member("nullable").IsTrue())
            rules._errors.Add(FieldError.Forbidden($"{path}.nullable", "nullable cannot be true at the root"));
        rules.Walk(schema, new SchemaPlace(path, IsRoot: true));
        rules._errors.AddRange(rules._costs.Total(path));
        if (IsConvertible(schema))
        {
            var structural = StructuralRules.Check(schema, path);
            rules._errors.AddRange(structural.Count > 0 ? structural : DefaultRules.Check(schema, path));
        }

        return rules._errors;
    }

    private void Root(JsonObject schema, string path)
    {
        foreach (var field in SchemaField.All.Where(field => schema.ContainsKey(field.Name)))
        {
            if (field.Name == "type" && schema.Member("type").Text() != "object")
                _errors.Add(FieldError.Invalid($"{path}.type", GoFormat.Quoted(schema.Member("type").Text() ?? ""),
                    "only \"object\" is allowed as the type at the root of the schema if the status subresource is enabled"));
            else if (!AtTheRoot.Contains(field.GoName))
                _errors.Add(FieldError.Invalid(path, SchemaText.Describe(schema),
                    $"only [{string.Join(' ', AtTheRoot)}] fields are allowed at the root of the schema if the status subresource is "
                        + "enabled"));
            else
                continue;
            return;
        }
    }

    /// <summary>Whether the structure can be looked at: some keywords have no place in it, and that is told alone.</summary>
    private static bool IsConvertible(JsonObject schema) =>
        !Unsupported.Any(schema.ContainsKey) && schema.Member("items") is not JsonArray && schema.All(member => member.Value switch
        {
            JsonObject members when SchemaField.Find(member.Key) is { IsMap: true } =>
                members.All(one => one.Value is not JsonObject inner || IsConvertible(inner)),
            JsonObject inner when SchemaField.Find(member.Key)?.Kind.Contains("JSONSchemaProps", StringComparison.Ordinal) == true =>
                IsConvertible(inner),
            JsonArray list when member.Key is "allOf" or "anyOf" or "oneOf" => list.OfType<JsonObject>().All(IsConvertible),
            _ => true,
        });

    private void Walk(JsonObject schema, SchemaPlace place)
    {
        var before = _errors.Count;
        Keywords(schema, place);
        Below(schema, place);
        if (schema.TryGetPropertyValue("x-kubernetes-preserve-unknown-fields", out var preserves) && preserves is not null
            && !preserves.IsTrue())
            _errors.Add(FieldError.Invalid($"{place.Path}.x-kubernetes-preserve-unknown-fields", "false", "must be true or undefined"));
        ListTypeRules.Check(schema, place.Path, _errors);
        if (!place.IsNested)
            ExpressionRules.Check(schema, place, _errors, _costs, isSound: _errors.Count == before);
    }

    private void Keywords(JsonObject schema, SchemaPlace place)
    {
        var path = place.Path;
        if (schema.ContainsKey("default") && place.NoDefault is { } reason)
            _errors.Add(FieldError.Forbidden($"{path}.default", $"must not be set {reason}"));
        foreach (var keyword in Unsupported.Where(schema.ContainsKey))
            _errors.Add(FieldError.Forbidden($"{path}.{keyword}", $"{keyword} is not supported"));
        if (schema.Member("type").Text() is { } type)
        {
            if (type == "null")
                _errors.Add(FieldError.Forbidden($"{path}.type", "type cannot be set to null, use nullable as an alternative"));
            else if (!Types.Contains(type))
                _errors.Add(
                    FieldError.NotSupported($"{path}.type", GoFormat.Quoted(type), string.Join(", ", Types.Select(GoFormat.Quoted))));
        }

        if (schema.Member("items") is JsonArray)
            _errors.Add(FieldError.Forbidden($"{path}.items", "items must be a schema object and not an array"));
        if (place.IsInMetadata && schema.Member("x-kubernetes-embedded-resource").IsTrue())
            _errors.Add(FieldError.Forbidden($"{path}.x-kubernetes-embedded-resource", "must not be used inside of resource meta"));
        if (schema.Member("uniqueItems").IsTrue())
            _errors.Add(FieldError.Forbidden($"{path}.uniqueItems",
                "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"));
        if (schema.Member("pattern").Text() is { Length: > 0 } pattern && GoPattern.Error(pattern) is { } wrong)
            _errors.Add(
                FieldError.Invalid($"{path}.pattern", GoFormat.Quoted(pattern), $"must be a valid regular expression, but isn't: {wrong}"));
        if (schema.Member("additionalProperties") is { } additional && !additional.IsTrue()
            && schema.Member("properties") is JsonObject { Count: > 0 })
            _errors.Add(FieldError.Forbidden($"{path}.additionalProperties", "additionalProperties and properties are mutual exclusive"));
    }

    private void Below(JsonObject schema, SchemaPlace place)
    {
        if (schema.Member("additionalProperties") is JsonObject values)
            Walk(values, place.At("additionalProperties") with { MostValues = place.MostValues * schema.Member("maxProperties").Whole() });
        var isResource = place.IsRoot || schema.Member("x-kubernetes-embedded-resource").IsTrue();
        foreach (var (name, property) in schema.Member("properties") as JsonObject ?? [])
        {
            if (property is not JsonObject inner)
                continue;
            var below = place.At($"properties[{name}]");
            if (isResource && name is "metadata" or "apiVersion" or "kind" && isResource)
                below = below with { IsInMetadata = true, NoDefault = place.IsRoot ? $"in top-level {name}" : below.NoDefault };
            if (schema.Member("x-kubernetes-map-type").Text() == "atomic")
                below = below with { WithoutPast = place.WithoutPast ?? place.Path };
            Walk(inner, below);
        }

        if (schema.Member("items") is JsonObject items)
        {
            var isMap = schema.Member("x-kubernetes-list-type").Text() == "map";
            Walk(items,
                place.At("items") with
                {
                    MostValues = place.MostValues * schema.Member("maxItems").Whole(),
                    WithoutPast = isMap
                    ? place.WithoutPast : place.WithoutPast ?? place.Path
                });
        }

        foreach (var keyword in (string[])["allOf", "anyOf", "oneOf"])
        {
            var list = schema.Member(keyword) as JsonArray ?? [];
            for (var i = 0; i < list.Count; i++)
                if (list[i] is JsonObject part)
                    Walk(part, place.At($"{keyword}[{i}]") with { IsNested = true });
        }

        if (schema.Member("not") is JsonObject not)
            Walk(not, place.At("not") with { IsNested = true });
    }
}
