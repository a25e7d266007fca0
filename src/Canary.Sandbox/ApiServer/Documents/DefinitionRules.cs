using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Sandbox.ApiServer.Documents.Schemas;

namespace Canary.Sandbox.ApiServer.Documents;

/// <summary>The schemas of a CustomResourceDefinition must be structural. Its names and versions are checked where it is served.</summary>
/// <remarks>CEL rules are neither compiled nor run.</remarks>
internal static class DefinitionRules
{
    private static readonly string[] Types = ["array", "boolean", "integer", "number", "object", "string"];

    public static IReadOnlyList<FieldError> Check(JsonObject crd)
    {
        var errors = new List<FieldError>();
        var versions = crd.At("spec", "versions") as JsonArray ?? [];
        for (var i = 0; i < versions.Count; i++)
        {
            if (versions[i].At("schema", "openAPIV3Schema") is not JsonObject schema)
                continue;
            if (schema.Member("type").Text() is var type && type != "object")
                errors.Add(FieldError.Invalid(Base(versions, i) + ".type", GoFormat.Quoted(type ?? ""), "must be object at the root"));
            else
                Structural(schema, Base(versions, i), isRoot: true, errors);
        }

        // Defaults are checked by a schema that can be relied on: while its structure is wrong, that alone is told.
        var structural = errors.Where(error => !error.Field.EndsWith(".default", StringComparison.Ordinal)).ToList();
        return structural.Count > 0 ? structural : errors;
    }

    /// <summary>A definition with one version has its schema under spec.validation in its stored form, and errors name that.</summary>
    private static string Base(JsonArray versions, int index) =>
        versions.Count == 1 ? "spec.validation.openAPIV3Schema" : $"spec.versions[{index}].schema.openAPIV3Schema";

    private static void Structural(JsonObject schema, string path, bool isRoot, List<FieldError> errors)
    {
        var type = schema.Member("type").Text();
        var isFree = schema.Member("x-kubernetes-int-or-string").IsTrue() || schema.Member("x-kubernetes-preserve-unknown-fields").IsTrue();
        if (type is null or "")
        {
            if (!isFree && !isRoot)
                errors.Add(FieldError.Required($"{path}.type", path.EndsWith(".items", StringComparison.Ordinal)
                    ? "must not be empty for specified array items"
                    : "must not be empty for specified object fields"));
        }
        else if (!Types.Contains(type, StringComparer.Ordinal))
            errors.Add(FieldError.NotSupported($"{path}.type", GoFormat.Quoted(type), string.Join(", ", Types.Select(GoFormat.Quoted))));
        if (type == "array" && schema.Member("items") is not JsonObject)
            errors.Add(FieldError.Required($"{path}.items", "must be specified"));
        if (schema.Member("properties") is not null && schema.Member("additionalProperties") is not null)
            errors.Add(FieldError.Forbidden($"{path}.additionalProperties", "must not be used together with properties"));
        if (schema.Member("pattern").Text() is { } pattern && !GoPattern.Compiles(pattern))
            errors.Add(FieldError.Invalid($"{path}.pattern", GoFormat.Quoted(pattern), "must be a valid regular expression"));
        Default(schema, path, errors);
        Lists(schema, path, errors);
        foreach (var (name, property) in schema.Member("properties") as JsonObject ?? [])
            if (property is JsonObject inner)
                Structural(inner, $"{path}.properties[{name}]", isRoot: false, errors);
        if (schema.Member("items") is JsonObject items)
            Structural(items, $"{path}.items", isRoot: false, errors);
        if (schema.Member("additionalProperties") is JsonObject values)
            Structural(values, $"{path}.additionalProperties", isRoot: false, errors);
    }

    private static void Default(JsonObject schema, string path, List<FieldError> errors)
    {
        // A default is checked only where the schema around it can be read; errors of the structure come first, as in a real server.
        if (schema.Member("default") is not { } value || errors.Count > 0)
            return;
        var node = SchemaReader.Read(schema);
        var filled = value.DeepClone();
        SchemaDefaults.Fill(filled, node);
        errors.AddRange(SchemaValidation.Check(filled, null, node, $"{path}.default"));
    }

    private static void Lists(JsonObject schema, string path, List<FieldError> errors)
    {
        var kind = schema.Member("x-kubernetes-list-type").Text();
        var keys = schema.Member("x-kubernetes-list-map-keys") as JsonArray;
        if (kind == "map" && keys is not { Count: > 0 })
            errors.Add(FieldError.Required($"{path}.x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map"));
        if (kind != "map" && keys is { Count: > 0 })
            errors.Add(FieldError.Forbidden($"{path}.x-kubernetes-list-map-keys", "must be empty if x-kubernetes-list-type is not map"));
        if (kind is not (null or "atomic" or "set" or "map"))
            errors.Add(FieldError.NotSupported($"{path}.x-kubernetes-list-type", GoFormat.Quoted(kind), "\"atomic\", \"map\", \"set\""));
        if (kind != "map" || schema.Member("items") is not JsonObject items)
            return;
        foreach (var key in (keys ?? []).Select(key => key.Text()).OfType<string>())
            if (items.At("properties", key) is null)
                errors.Add(FieldError.Invalid($"{path}.x-kubernetes-list-map-keys", $"[]string{{{string.Join(", ", keys!.Select(GoFormat.Value))}}}", "entries have to be properties of the items"));
            else if (items.At("properties", key, "default") is null
                && !(items.Member("required") as JsonArray ?? []).Any(required => required.Text() == key))
                errors.Add(FieldError.Required($"{path}.items.properties[{key}].default", $"this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property"));
    }
}
