using System.Collections.Generic;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Rules;
using Canary.ApiServer.Documents.Schemas;
using Canary.ApiServer.Documents.Texts;

namespace Canary.ApiServer.Documents.Definitions;

/// <summary>A default fits the schema that it stands in.</summary>
internal static class DefaultRules
{
    public static IReadOnlyList<FieldError> Check(JsonObject schema, string path)
    {
        var errors = new List<FieldError>();
        Walk(schema, path, errors);
        return errors;
    }

    private static void Walk(JsonObject schema, string path, List<FieldError> errors)
    {
        if (schema.Member("default") is { } value)
            Default(value, schema, $"{path}.default", errors);
        foreach (var (name, property) in schema.Member("properties") as JsonObject ?? [])
            if (property is JsonObject inner)
                Walk(inner, $"{path}.properties[{name}]", errors);
        if (schema.Member("items") is JsonObject items)
            Walk(items, $"{path}.items", errors);
        if (schema.Member("additionalProperties") is JsonObject values)
            Walk(values, $"{path}.additionalProperties", errors);
    }

    private static void Default(JsonNode value, JsonObject schema, string path, List<FieldError> errors)
    {
        var node = SchemaReader.Read(schema);
        var filled = value.DeepClone();
        if (filled is JsonObject members && SchemaPruning.Find(members, node).Count > 0)
        {
            errors.Add(FieldError.Invalid(path, GoFormat.Value(value), "must not have unknown fields"));
            return;
        }

        SchemaDefaults.Fill(filled, node);
        var wrong = SchemaValidation.Check(filled, null, node, path);
        errors.AddRange(wrong);
        if (wrong.Count == 0 && node.HasRules)
            errors.AddRange(new RuleValidation(node, isResource: false).CheckValue(filled, path));
    }
}
