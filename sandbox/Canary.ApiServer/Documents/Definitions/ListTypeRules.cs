using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.Definitions;

/// <summary>How a definition says that lists and maps are merged.</summary>
internal static class ListTypeRules
{
    private const string ListType = "x-kubernetes-list-type";
    private const string MapType = "x-kubernetes-map-type";
    private const string Keys = "x-kubernetes-list-map-keys";

    public static void Check(JsonObject schema, string path, List<FieldError> errors)
    {
        if (schema.Member(MapType).Text() is { } map)
        {
            OfType(schema, path, "object", MapType, errors);
            if (map is not ("atomic" or "granular"))
                errors.Add(FieldError.NotSupported($"{path}.{MapType}", GoFormat.Quoted(map), "\"atomic\", \"granular\""));
        }

        var kind = schema.Member(ListType).Text();
        if (kind is not null && !OfType(schema, path, "array", ListType, errors) && kind is not ("atomic" or "set" or "map"))
            errors.Add(FieldError.NotSupported($"{path}.{ListType}", GoFormat.Quoted(kind), "\"atomic\", \"set\", \"map\""));
        var keys = (schema.Member(Keys) as JsonArray ?? []).Select(key => key.Text() ?? "").ToList();
        if (keys.Count > 0 && kind is null)
            errors.Add(FieldError.Required($"{path}.{ListType}", "must be map if x-kubernetes-list-map-keys is non-empty"));
        else if (keys.Count > 0 && kind != "map")
            errors.Add(
                FieldError.Invalid($"{path}.{ListType}", GoFormat.Quoted(kind!), "must be map if x-kubernetes-list-map-keys is non-empty"));
        if (kind == "map")
            Map(schema, path, keys, errors);
        if (kind is "map" or "set" && schema.At("items", "nullable").IsTrue())
            errors.Add(FieldError.Forbidden($"{path}.items.nullable", $"cannot be nullable when x-kubernetes-list-type is {kind}"));
    }

    private static bool OfType(JsonObject schema, string path, string wanted, string keyword, List<FieldError> errors)
    {
        var type = schema.Member("type").Text();
        if (type == wanted)
            return false;
        errors.Add(type is null
            ? FieldError.Required($"{path}.type", $"must be {wanted} if {keyword} is specified")
            : FieldError.Invalid($"{path}.type", GoFormat.Quoted(type), $"must be {wanted} if {keyword} is specified"));
        return true;
    }

    private static void Map(JsonObject schema, string path, List<string> keys, List<FieldError> errors)
    {
        if (keys.Count == 0)
            errors.Add(FieldError.Required($"{path}.{Keys}", "must not be empty if x-kubernetes-list-type is map"));
        if (schema.Member("items") is not JsonObject items)
        {
            errors.Add(FieldError.Required($"{path}.items", "must have a schema if x-kubernetes-list-type is map"));
            return;
        }

        if (items.Member("type").Text() is var type && type != "object")
        {
            errors.Add(FieldError.Invalid($"{path}.items.type", GoFormat.Quoted(type ?? ""),
                "must be object if parent array's x-kubernetes-list-type is map"));
            return;
        }

        var shown = $"[]string{{{string.Join(", ", keys.Select(GoFormat.Quoted))}}}";
        if (keys.Distinct().Count() < keys.Count)
            errors.Add(FieldError.Invalid($"{path}.{Keys}", shown, "must not contain duplicate entries"));
        foreach (var key in keys)
        {
            if (items.At("properties", key) is not { } property)
                errors.Add(FieldError.Invalid($"{path}.{Keys}", shown, "entries must all be names of item properties"));
            else
                Key(items, key, property, $"{path}.items.properties[{key}]", errors);
        }
    }

    private static void Key(JsonObject items, string key, JsonNode property, string path, List<FieldError> errors)
    {
        if (property.Member("type").Text() is "array" or "object")
            errors.Add(FieldError.Invalid($"{path}.type", GoFormat.Quoted(items.Member("type").Text()!),
                "must be a scalar type if parent array's x-kubernetes-list-type is map"));
        if (property.Member("default") is null && !(items.Member("required") as JsonArray ?? []).Any(name => name.Text() == key))
            errors.Add(FieldError.Required($"{path}.default",
                "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property"));
        if (property.Member("nullable").IsTrue())
            errors.Add(
                FieldError.Forbidden($"{path}.nullable", "this property is in x-kubernetes-list-map-keys, so it cannot be nullable"));
    }
}
