using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Schemas;
using Canary.ApiServer.Documents.Texts;

namespace Canary.ApiServer.Documents.Definitions;

/// <summary>A definition's schema as a Go program prints it; what is behind a pointer is an address, of which nothing can be
/// said.</summary>
internal static class SchemaText
{
    public static string Describe(JsonNode? schema) =>
        "apiextensions.JSONSchemaProps{" + string.Join(", ",
            SchemaField.All.Select(field => $"{field.GoName}:{Value(field.Kind, schema.Member(field.Name), schema)}")) + "}";

    private static string Value(string kind, JsonNode? value, JsonNode? schema) => kind switch
    {
        "string" => GoFormat.Quoted(value.Text() ?? ""),
        "bool" => value.IsTrue() ? "true" : "false",
        ['*', ..] => $"({kind})({(value is null ? "nil" : "0xc000000000")})",
        "[]string" => value is JsonArray texts ? $"[]string{{{string.Join(", ", texts.Select(GoFormat.Value))}}}" : "[]string(nil)",
        "[]apiextensions.JSONSchemaProps" =>
            value is JsonArray schemas ? $"{kind}{{{string.Join(", ", schemas.Select(Describe))}}}" : $"{kind}(nil)",
        "[]apiextensions.JSON" =>
            value is JsonArray { Count: > 0 } values ? $"{kind}{{{string.Join(", ", values.Select(GoFormat.Value))}}}" : $"{kind}(nil)",
        "apiextensions.ValidationRules" => value is JsonArray && schema is JsonObject of
            ? $"{kind}{{{string.Join(", ", CelRule.Read(of).Select(rule => rule.Shown))}}}"
            : $"{kind}(nil)",
        "apiextensions.JSONSchemaDependencies" when value is JsonObject members =>
            Listed(kind, members.Select(member => $"{GoFormat.Quoted(member.Key)}:apiextensions.JSONSchemaPropsOrStringArray{{…}}")),
        _ when value is JsonObject members =>
            Listed(
                kind,
                members.OrderBy(member => member.Key, StringComparer.Ordinal)
                    .Select(member => $"{GoFormat.Quoted(member.Key)}:{Describe(member.Value)}")),
        _ => $"{kind}(nil)",
    };

    private static string Listed(string kind, IEnumerable<string> members) => $"{kind}{{{string.Join(", ", members)}}}";
}
