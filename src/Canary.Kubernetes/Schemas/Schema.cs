using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace Canary.Kubernetes.Schemas;

/// <summary>
/// A structural schema (OpenAPI v3 as a CustomResourceDefinition holds it). The CRDs in <c>deploy/crds</c> are generated from these, and
/// the offline linter checks files against them, so neither can drift from the other.
/// </summary>
public sealed record Schema(SchemaType Type, string Description)
{
    public IReadOnlyList<SchemaProperty> Properties { get; init; } = [];

    /// <summary>Schema of the members of an array.</summary>
    public Schema? Items { get; init; }

    /// <summary>Schema of the values of an object whose keys are free; null: the keys are those of <see cref="Properties"/>.</summary>
    public Schema? Values { get; init; }

    /// <summary>The only values allowed; empty: any.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Regular expression that a string must match.</summary>
    public string? Pattern { get; init; }

    public string? Format { get; init; }

    public decimal? Minimum { get; init; }

    public decimal? Maximum { get; init; }

    public int? MinLength { get; init; }

    public int? MaxLength { get; init; }

    public int? MinItems { get; init; }

    public int? MaxItems { get; init; }

    public int? MinProperties { get; init; }

    public int? MaxProperties { get; init; }

    public JsonNode? Default { get; init; }

    /// <summary>Fields that tell the members of an array apart; empty: the array is replaced as a whole.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>
    /// The same fields and types, and no other rule. A copy of what was accepted once has this schema: where a later version allows less,
    /// the server must not refuse each status that holds the copy.
    /// </summary>
    public Schema Relaxed() => new(Type, Description)
    {
        Properties = [.. Properties.Select(property => new SchemaProperty(property.Name, property.Schema.Relaxed(), IsRequired: false))],
        Items = Items?.Relaxed(),
        Values = Values?.Relaxed(),
    };

    /// <summary>The JSON of <c>openAPIV3Schema</c>.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["description"] = Description };
        if (Type is SchemaType.IntOrString)
        {
            json["x-kubernetes-int-or-string"] = true;
            json["anyOf"] = new JsonArray(new JsonObject { ["type"] = "integer" }, new JsonObject { ["type"] = "string" });
        }
        else if (Type is SchemaType.NumberOrString)
        {
            json["x-kubernetes-preserve-unknown-fields"] = true;
        }
        else
        {
            json["type"] = Type.ToString().ToLowerInvariant();
        }

        WriteBounds(json);
        WriteMembers(json);
        return json;
    }

    private void WriteBounds(JsonObject json)
    {
        if (Choices.Count > 0) json["enum"] = new JsonArray([.. Choices.Select(choice => (JsonNode)choice)]);
        // A rule says in words what is allowed, where the server would quote a regular expression or a count.
        var rule = SchemaRule.For(this);
        if (rule is null) Write(json, "pattern", Pattern);
        Write(json, "format", Format);
        Write(json, "minimum", Minimum);
        Write(json, "maximum", Maximum);
        Write(json, "minLength", MinLength);
        Write(json, "maxLength", MaxLength);
        Write(json, "minItems", MinItems);
        Write(json, "maxItems", MaxItems);
        if (rule is not null)
        {
            json["x-kubernetes-validations"] = new JsonArray(rule.ToJson());
        }
        else
        {
            Write(json, "minProperties", MinProperties);
            Write(json, "maxProperties", MaxProperties);
        }

        if (Default is not null) json["default"] = Default.DeepClone();
    }

    private void WriteMembers(JsonObject json)
    {
        if (Type is SchemaType.Array)
        {
            json["x-kubernetes-list-type"] = Keys.Count > 0 ? "map" : "atomic";
            if (Keys.Count > 0) json["x-kubernetes-list-map-keys"] = new JsonArray([.. Keys.Select(key => (JsonNode)key)]);
        }

        var required = Properties.Where(property => property.IsRequired).Select(property => (JsonNode)property.Name).ToArray();
        if (required.Length > 0) json["required"] = new JsonArray(required);
        if (Properties.Count > 0)
            json["properties"] =
                new JsonObject(Properties.Select(property => KeyValuePair.Create(property.Name, (JsonNode?)property.Schema.ToJson())));
        if (Values is not null) json["additionalProperties"] = Values.ToJson();
        if (Items is not null) json["items"] = Items.ToJson();
    }

    private static void Write(JsonObject json, string key, string? value)
    {
        if (value is not null) json[key] = value;
    }

    private static void Write(JsonObject json, string key, decimal? value)
    {
        if (value is not null) json[key] = value;
    }

    private static void Write(JsonObject json, string key, int? value)
    {
        if (value is not null) json[key] = value;
    }
}

/// <summary>A field of an object.</summary>
public sealed record SchemaProperty(string Name, Schema Schema, bool IsRequired);
