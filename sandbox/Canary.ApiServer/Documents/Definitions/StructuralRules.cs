using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;

namespace Canary.ApiServer.Documents.Definitions;

/// <summary>A schema is structural: each value has one type, said once, outside of all alternatives.</summary>
/// <remarks>Source: k8s.io/apiextensions-apiserver pkg/apiserver/schema/validation.go of version 1.32.</remarks>
internal sealed class StructuralRules
{
    private const string Preserve = "x-kubernetes-preserve-unknown-fields";
    private const string Embedded = "x-kubernetes-embedded-resource";
    private const string IntOrString = "x-kubernetes-int-or-string";

    private enum Level
    {
        Root,
        Field,
        Item,
    }

    private readonly List<FieldError> _errors = [];

    private StructuralRules()
    {
    }

    public static IReadOnlyList<FieldError> Check(JsonObject schema, string path)
    {
        var rules = new StructuralRules();
        rules.Walk(schema, Level.Root, path);
        return rules._errors;
    }

    private void Walk(JsonObject schema, Level level, string path)
    {
        var type = schema.Member("type").Text() ?? "";
        if (type == "array" && schema.Member("items") is not JsonObject)
            _errors.Add(FieldError.Required($"{path}.items", "must be specified"));
        if (schema.Member("items") is JsonObject items)
            Walk(items, Level.Item, $"{path}.items");
        foreach (var (name, property) in schema.Member("properties") as JsonObject ?? [])
            if (property is JsonObject inner)
                Walk(inner, Level.Field, $"{path}.properties[{name}]");
        if (schema.Member("additionalProperties") is { } additional)
        {
            if (level == Level.Root)
                _errors.Add(FieldError.Forbidden($"{path}.additionalProperties", "must not be used at the root"));
            if (schema.Member(Embedded).IsTrue())
                _errors.Add(
                    FieldError.Forbidden($"{path}.additionalProperties", "must not be used if x-kubernetes-embedded-resource is set"));
            if (additional is JsonObject values)
                Walk(values, Level.Field, $"{path}.additionalProperties");
        }

        Extensions(schema, path);
        NestedRules.Check(schema, path, _errors);
        Type(schema, type, level, path);
        if (level == Level.Root || schema.Member(Embedded).IsTrue())
            Resource(schema, level, path);
        SetItems(schema, path);
    }

    private void Type(JsonObject schema, string type, Level level, string path)
    {
        if (schema.Member(Embedded).IsTrue() && type != "object")
        {
            _errors.Add(type.Length == 0
                ? FieldError.Required($"{path}.type", "must be object if x-kubernetes-embedded-resource is true")
                : FieldError.Invalid($"{path}.type", GoFormat.Quoted(type), "must be object if x-kubernetes-embedded-resource is true"));
        }
        else if (type.Length == 0 && !schema.Member(IntOrString).IsTrue() && !schema.Member(Preserve).IsTrue())
        {
            _errors.Add(FieldError.Required($"{path}.type", level switch
            {
                Level.Root => "must not be empty at the root",
                Level.Item => "must not be empty for specified array items",
                _ => "must not be empty for specified object fields",
            }));
        }
        else if (level == Level.Root && type.Length > 0 && type != "object")
        {
            _errors.Add(FieldError.Invalid($"{path}.type", GoFormat.Quoted(type), "must be object at the root"));
        }
    }

    private void Extensions(JsonObject schema, string path)
    {
        if (!schema.Member(IntOrString).IsTrue())
            return;
        foreach (var other in (string[])[Preserve, Embedded])
            if (schema.Member(other).IsTrue())
                _errors.Add(FieldError.Invalid($"{path}.{other}", "true", "must be false if x-kubernetes-int-or-string is true"));
    }

    private void Resource(JsonObject schema, Level level, string path)
    {
        var properties = schema.Member("properties");
        foreach (var (name, wanted) in ((string, string)[])[("kind", "string"), ("apiVersion", "string"), ("metadata", "object")])
            if (properties.Member(name) is { } property && property.Member("type").Text() is var type && type != wanted)
                _errors.Add(FieldError.Invalid($"{path}.properties[{name}].type", GoFormat.Quoted(type ?? ""), $"must be {wanted}"));
        if (level == Level.Root && properties.Member("metadata") is JsonObject metadata && !IsPlain(metadata))
            _errors.Add(FieldError.Forbidden($"{path}.properties[metadata]",
                "must not specify anything other than name and generateName, but metadata is implicitly specified"));
        if (schema.Member(Embedded).IsTrue() && !schema.Member(Preserve).IsTrue() && properties is not JsonObject { Count: > 0 })
            _errors.Add(FieldError.Required($"{path}.properties",
                "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields"));
    }

    private static bool IsPlain(JsonObject metadata) =>
        metadata.All(member => member.Key switch
        {
            "type" or "default" => true,
            "properties" => member.Value is JsonObject members && members.All(one => one.Key is "name" or "generateName"),
            _ => false,
        });

    // Elements of a set are compared as a whole: they must be owned as a whole.
    private void SetItems(JsonObject schema, string path)
    {
        if (schema.Member("x-kubernetes-list-type").Text() != "set" || schema.Member("items") is not JsonObject items)
            return;
        var keyword = items.Member("type")
            .Text() switch
        { "object" => "x-kubernetes-map-type", "array" => "x-kubernetes-list-type", _ => null };
        if (keyword is not null && items.Member(keyword).Text() is var kind && kind != "atomic")
            _errors.Add(FieldError.Invalid($"{path}.items.{keyword}", GoFormat.Quoted(kind ?? "null"),
                "must be atomic as item of a list with x-kubernetes-list-type=set"));
    }
}
