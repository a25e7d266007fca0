using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace Canary.Kubernetes.Schemas;

/// <summary>A kind of the group <c>canary.delivery</c>: everything that its CustomResourceDefinition says.</summary>
/// <param name="Status">Schema of the status, which is a subresource; null: it has none.</param>
public sealed record CustomResource(
    string Kind,
    string Plural,
    IReadOnlyList<string> ShortNames,
    bool IsNamespaced,
    string Description,
    Schema Spec,
    Schema? Status,
    IReadOnlyList<PrinterColumn> Columns)
{
    /// <summary>The API group.</summary>
    public const string Group = "canary.delivery";

    /// <summary>The only version.</summary>
    public const string Version = "v1alpha1";

    /// <summary><c>canary.delivery/v1alpha1</c>.</summary>
    public const string ApiVersion = $"{Group}/{Version}";

    /// <summary>The CustomResourceDefinition.</summary>
    public JsonObject ToDefinition() => new()
    {
        ["apiVersion"] = "apiextensions.k8s.io/v1",
        ["kind"] = "CustomResourceDefinition",
        ["metadata"] = new JsonObject { ["name"] = $"{Plural}.{Group}" },
        ["spec"] = new JsonObject
        {
            ["group"] = Group,
            ["names"] = new JsonObject
            {
                ["kind"] = Kind,
                ["listKind"] = $"{Kind}List",
                ["plural"] = Plural,
                ["singular"] = Kind.ToLowerInvariant(),
                ["shortNames"] = new JsonArray([.. ShortNames.Select(name => (JsonNode)name)]),
                ["categories"] = new JsonArray("canary"),
            },
            ["scope"] = IsNamespaced ? "Namespaced" : "Cluster",
            ["versions"] = new JsonArray(ToVersion()),
        },
    };

    /// <summary>Schema of the whole object, as far as it is ours: <c>metadata</c> is the API server's.</summary>
    public Schema ToSchema()
    {
        var properties = new List<SchemaProperty>
        {
            new("apiVersion", new Schema(SchemaType.String, $"Always {ApiVersion}."), false),
            new("kind", new Schema(SchemaType.String, $"Always {Kind}."), false),
            new("metadata", new Schema(SchemaType.Object, "Standard object's metadata."), false),
            new("spec", Spec, true),
        };
        if (Status is not null) properties.Add(new SchemaProperty("status", Status, false));
        return new Schema(SchemaType.Object, Description) { Properties = properties };
    }

    private JsonObject ToVersion()
    {
        var version = new JsonObject { ["name"] = Version, ["served"] = true, ["storage"] = true };
        if (Status is not null) version["subresources"] = new JsonObject { ["status"] = new JsonObject() };
        version["additionalPrinterColumns"] = new JsonArray([.. Columns.Select(ToColumn)]);
        var schema = ToSchema().ToJson();
        // A real API server refuses a definition that says anything about metadata beyond its type, even a description.
        schema["properties"]!["metadata"] = new JsonObject { ["type"] = "object" };
        version["schema"] = new JsonObject { ["openAPIV3Schema"] = schema };
        return version;
    }

    private static JsonNode ToColumn(PrinterColumn column)
    {
        var json = new JsonObject
        {
            ["name"] = column.Name,
            ["type"] = column.Type,
            ["jsonPath"] = column.Path,
            ["description"] = column.Description
        };
        if (column.IsWide) json["priority"] = 1;
        return json;
    }
}

/// <summary>A column of <c>kubectl get</c>.</summary>
/// <param name="Type"><c>string</c>, <c>number</c>, <c>integer</c> or <c>date</c>.</param>
/// <param name="IsWide">Shown with <c>-o wide</c> alone.</param>
public sealed record PrinterColumn(string Name, string Type, string Path, string Description, bool IsWide);
