using System;
using System.Collections.Frozen;
using System.Collections.Generic;

namespace Canary.ApiServer.Documents.Definitions;

/// <summary>A keyword of a definition's schema: the field of Kubernetes' <c>JSONSchemaProps</c> that it is read into.</summary>
/// <param name="Name">Name in JSON.</param>
/// <param name="GoName">Name of the field, which stands in messages.</param>
/// <param name="Kind">Its type in Go.</param>
internal sealed record SchemaField(string Name, string GoName, string Kind)
{
    /// <summary>All keywords, in the order in which a Go program prints them.</summary>
    public static IReadOnlyList<SchemaField> All { get; } =
    [
        new("id", "ID", "string"),
        new("$schema", "Schema", "string"),
        new("$ref", "Ref", "*string"),
        new("description", "Description", "string"),
        new("type", "Type", "string"),
        new("nullable", "Nullable", "bool"),
        new("format", "Format", "string"),
        new("title", "Title", "string"),
        new("default", "Default", "*apiextensions.JSON"),
        new("maximum", "Maximum", "*float64"),
        new("exclusiveMaximum", "ExclusiveMaximum", "bool"),
        new("minimum", "Minimum", "*float64"),
        new("exclusiveMinimum", "ExclusiveMinimum", "bool"),
        new("maxLength", "MaxLength", "*int64"),
        new("minLength", "MinLength", "*int64"),
        new("pattern", "Pattern", "string"),
        new("maxItems", "MaxItems", "*int64"),
        new("minItems", "MinItems", "*int64"),
        new("uniqueItems", "UniqueItems", "bool"),
        new("multipleOf", "MultipleOf", "*float64"),
        new("enum", "Enum", "[]apiextensions.JSON"),
        new("maxProperties", "MaxProperties", "*int64"),
        new("minProperties", "MinProperties", "*int64"),
        new("required", "Required", "[]string"),
        new("items", "Items", "*apiextensions.JSONSchemaPropsOrArray"),
        new("allOf", "AllOf", "[]apiextensions.JSONSchemaProps"),
        new("oneOf", "OneOf", "[]apiextensions.JSONSchemaProps"),
        new("anyOf", "AnyOf", "[]apiextensions.JSONSchemaProps"),
        new("not", "Not", "*apiextensions.JSONSchemaProps"),
        new("properties", "Properties", "map[string]apiextensions.JSONSchemaProps"),
        new("additionalProperties", "AdditionalProperties", "*apiextensions.JSONSchemaPropsOrBool"),
        new("patternProperties", "PatternProperties", "map[string]apiextensions.JSONSchemaProps"),
        new("dependencies", "Dependencies", "apiextensions.JSONSchemaDependencies"),
        new("additionalItems", "AdditionalItems", "*apiextensions.JSONSchemaPropsOrBool"),
        new("definitions", "Definitions", "apiextensions.JSONSchemaDefinitions"),
        new("externalDocs", "ExternalDocs", "*apiextensions.ExternalDocumentation"),
        new("example", "Example", "*apiextensions.JSON"),
        new("x-kubernetes-preserve-unknown-fields", "XPreserveUnknownFields", "*bool"),
        new("x-kubernetes-embedded-resource", "XEmbeddedResource", "bool"),
        new("x-kubernetes-int-or-string", "XIntOrString", "bool"),
        new("x-kubernetes-list-map-keys", "XListMapKeys", "[]string"),
        new("x-kubernetes-list-type", "XListType", "*string"),
        new("x-kubernetes-map-type", "XMapType", "*string"),
        new("x-kubernetes-validations", "XValidations", "apiextensions.ValidationRules"),
    ];

    private static readonly FrozenDictionary<string, SchemaField> ByName =
        All.ToFrozenDictionary(field => field.Name, StringComparer.Ordinal);

    /// <summary>Null for a word that is no keyword.</summary>
    public static SchemaField? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Whether the value of the keyword is a map from names to schemas.</summary>
    public bool IsMap =>
        Kind.StartsWith("map[", StringComparison.Ordinal)
        || Kind is "apiextensions.JSONSchemaDependencies" or "apiextensions.JSONSchemaDefinitions";

    public bool IsPointer => Kind.StartsWith('*');
}
