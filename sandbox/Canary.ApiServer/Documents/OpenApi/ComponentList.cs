using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.BuiltIn;
using Canary.ApiServer.Documents.Schemas;
using Canary.ApiServer.Documents.Texts;

namespace Canary.ApiServer.Documents.OpenApi;

/// <summary>The schemas of a document, each named type once.</summary>
internal sealed class ComponentList
{
    private const string MetaPackage = "io.k8s.apimachinery.pkg.apis.meta.v1";
    private const string IntOrString = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
    private const string Quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";

    private readonly SortedDictionary<string, JsonObject> _schemas = new(StringComparer.Ordinal);

    /// <summary>Adds a kind and its list.</summary>
    /// <returns>Name of the kind's schema.</returns>
    public string AddKind(string group, string version, OpenApiResource resource)
    {
        var package = resource.Schema.IsCustom
            ? string.Join('.', (group.Length == 0 ? "core" : group).Split('.').Reverse()) + "." + version
            : PackageOf(resource.Schema.Root);
        var name = $"{package}.{resource.Kind}";
        var schema = resource.Schema.IsCustom ? Custom(resource.Schema.Root) : Body(resource.Schema.Root);
        schema["x-kubernetes-group-version-kind"] = new JsonArray(Kind(group, version, resource.Kind));
        _schemas[name] = schema;
        _schemas[$"{package}.{resource.ListKind}"] = new JsonObject
        {
            ["description"] = $"{resource.ListKind} is a list of {resource.Kind}",
            ["type"] = "object",
            ["required"] = new JsonArray("items"),
            ["properties"] = new JsonObject
            {
                ["apiVersion"] = Text("Group and version of the list."),
                ["items"] =
                    new JsonObject { ["description"] = $"List of {resource.Plural}.", ["type"] = "array", ["items"] = Reference(name) },
                ["kind"] = Text("Kind of the list."),
                ["metadata"] = Described(Part("ListMeta"), "Version and continuation of the list."),
            },
            ["x-kubernetes-group-version-kind"] = new JsonArray(Kind(group, version, resource.ListKind)),
        };
        return name;
    }

    /// <summary>Types that operations name.</summary>
    public void AddShared()
    {
        Part("Status");
        Part("DeleteOptions");
        _schemas[$"{MetaPackage}.Patch"] =
            new JsonObject { ["description"] = "A patch of any of the accepted types.", ["type"] = "object" };
        if (_schemas.Values.Any(schema => schema.ContainsKey("x-kubernetes-group-version-kind")))
            Node(KindCatalogue.Find("autoscaling", "v1", "Scale")!);
    }

    public JsonObject ToJson() => new(_schemas.Select(schema => KeyValuePair.Create(schema.Key, (JsonNode?)schema.Value)));

    public static JsonObject Kind(string group, string version, string kind) =>
        new() { ["group"] = group, ["kind"] = kind, ["version"] = version };

    public static JsonObject Reference(string name) => new() { ["$ref"] = "#/components/schemas/" + name };

    private JsonObject Custom(SchemaNode root)
    {
        var schema = (JsonObject)(root.Source?.DeepClone() ?? new JsonObject());
        var declared = schema.Member("properties") as JsonObject ?? [];
        declared["apiVersion"] = Text("Group and version of the object.");
        declared["kind"] = Text("Kind of the object.");
        declared["metadata"] = Described(Node(KindCatalogue.ObjectMeta), "Name, labels and bookkeeping of the object.");
        schema["properties"] = declared.Parent is null ? declared : declared.DeepClone();
        SpellOut(schema);
        return schema;
    }

    /// <summary>An int-or-string is published with both types, for readers that do not know the extension.</summary>
    private static void SpellOut(JsonNode? schema)
    {
        if (schema.Member("x-kubernetes-int-or-string").IsTrue() && schema is JsonObject either && !either.ContainsKey("anyOf"))
            either["anyOf"] = OneOf("integer", "string");
        foreach (var (_, property) in schema.Member("properties") as JsonObject ?? [])
            SpellOut(property);
        foreach (var name in (string[])["items", "additionalProperties"])
            if (schema.Member(name) is JsonObject inner)
                SpellOut(inner);
    }

    private JsonObject Part(string name) => Node(KindCatalogue.Part(name));

    /// <summary>A reference to a named type, or the type itself where it has no name.</summary>
    private JsonObject Node(SchemaNode node)
    {
        if (node.IntOrString)
            return Described(Named(node.Format == "quantity" ? Quantity : IntOrString), node.Description);
        if (node.TypeName is not { } name)
            return Decorated(Body(node), node);
        if (!_schemas.ContainsKey(name))
        {
            // The name is taken before the body is made, so that a type that names itself comes to an end.
            _schemas[name] = [];
            _schemas[name] = Body(KindCatalogue.Part(name[(name.LastIndexOf('.') + 1)..]));
        }

        // A field that says nothing of its own has the description of its type.
        var ownDescription = node.Description == KindCatalogue.Part(name[(name.LastIndexOf('.') + 1)..]).Description ? null
            : node.Description;
        return Decorated(Reference(name), node with { Description = ownDescription });
    }

    private static JsonObject Body(SchemaNode node, ComponentList list)
    {
        var schema = new JsonObject();
        if (node.Description is { } description)
            schema["description"] = description;
        if (node.Type is { } type)
            schema["type"] = type;
        if (node.Format is { } format)
            schema["format"] = format == "micro-time" ? "date-time" : format;
        if (node.Required.Count > 0)
            schema["required"] = new JsonArray([.. node.Required.Select(name => (JsonNode)name)]);
        if (node.Properties.Count > 0)
            schema["properties"] = new JsonObject(node.Properties.OrderBy(property => property.Key, StringComparer.Ordinal)
                .Select(property => KeyValuePair.Create(property.Key, (JsonNode?)list.Node(property.Value))));
        if (node.Values is { } values)
            schema["additionalProperties"] = list.Node(values);
        if (node.Items is { } items)
            schema["items"] = list.Node(items);
        if (node.PreservesUnknown)
            schema["x-kubernetes-preserve-unknown-fields"] = true;
        if (node.AtomicObject && node.IsObject)
            schema["x-kubernetes-map-type"] = "atomic";
        return schema;
    }

    private JsonObject Body(SchemaNode node) => Body(node, this);

    /// <summary>What a field says about its type: a reference cannot carry it itself.</summary>
    private static JsonObject Decorated(JsonObject schema, SchemaNode field)
    {
        var isReference = schema.ContainsKey("$ref");
        if (isReference && (field.HasDefault || field.PatchRetainsKeys))
            schema = new JsonObject { ["allOf"] = new JsonArray(schema) };
        else if (isReference)
            return Described(schema, field.Description);
        if (field.Description is { } description)
            schema["description"] = description;
        if (field.HasDefault && field.Default is { } value)
            schema["default"] = value.DeepClone();
        if (field.IsArray)
            schema["x-kubernetes-list-type"] = field.List switch
            {
                ListKind.Atomic => "atomic",
                ListKind.Set => "set",
                ListKind.Map => "map",
            };
        if (field.ListKeys.Count > 0)
            schema["x-kubernetes-list-map-keys"] = new JsonArray([.. field.ListKeys.Select(key => (JsonNode)key)]);
        if (field.PatchKey is { } key)
            schema["x-kubernetes-patch-merge-key"] = key;
        if (field.PatchMerges || field.PatchRetainsKeys)
            schema["x-kubernetes-patch-strategy"] = (field.PatchMerges, field.PatchRetainsKeys) switch
            {
                (true, true) => "merge,retainKeys",
                (true, false) => "merge",
                (false, _) => "retainKeys",
            };
        return schema;
    }

    private static JsonObject Described(JsonObject schema, string? description) => description is null || !schema.ContainsKey("$ref")
        ? schema
        : new JsonObject { ["description"] = description, ["allOf"] = new JsonArray(schema) };

    private JsonObject Named(string name)
    {
        _schemas.TryAdd(name, name == Quantity
            ? new JsonObject { ["description"] = "A number with a unit, such as 100m or 1Gi.", ["oneOf"] = OneOf("string", "number") }
            : new JsonObject
            {
                ["description"] = "A number or a text.",
                ["format"] = "int-or-string",
                ["oneOf"] = OneOf("integer", "string")
            });
        return Reference(name);
    }

    private static JsonArray OneOf(params string[] types) => new([.. types.Select(type => new JsonObject { ["type"] = type })]);

    private static JsonObject Text(string description) => new() { ["description"] = description, ["type"] = "string" };

    private static string PackageOf(SchemaNode root) => root.TypeName is { } name ? name[..name.LastIndexOf('.')] : MetaPackage;
}
