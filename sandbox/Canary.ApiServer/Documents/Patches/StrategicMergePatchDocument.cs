using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Schemas;
using Canary.ApiServer.Documents.Texts;

namespace Canary.ApiServer.Documents.Patches;

/// <summary>Strategic merge patch: lists are merged by the keys that the schema gives them.</summary>
/// <remarks>
/// Directives: <c>$patch</c> (delete, replace), <c>$retainKeys</c>, <c>$deleteFromPrimitiveList/…</c>, <c>$setElementOrder/…</c>.
/// </remarks>
internal static class StrategicMergePatchDocument
{
    public const string Directive = "$patch";
    public const string RetainKeys = "$retainKeys";
    public const string DeletePrefix = "$deleteFromPrimitiveList/";
    public const string OrderPrefix = "$setElementOrder/";

    /// <summary>A new document; neither argument is changed.</summary>
    /// <exception cref="PatchRejectedException">A directive is wrong, or an element lacks its merge key.</exception>
    public static JsonObject Apply(JsonObject target, JsonObject patch, ObjectSchema schema) =>
        Merge((JsonObject)target.DeepClone(), (JsonObject)patch.DeepClone(), schema.Root);

    /// <summary>Merges an object into another; both are used up.</summary>
    public static JsonObject Merge(JsonObject target, JsonObject patch, SchemaNode? schema)
    {
        if (patch.Member(Directive) is { } directive)
        {
            patch.Remove(Directive);
            return directive.Text() switch
            {
                "replace" => WithoutDirectives(patch),
                "delete" => [],
                _ => throw Wrong($"unknown patch type found: {GoFormat.Plain(directive)}"),
            };
        }

        Retain(target, patch);
        var orders = Orders(patch);
        foreach (var (name, value) in Taken(patch))
        {
            if (name.StartsWith(DeletePrefix, StringComparison.Ordinal))
                ListMerge.Delete(target, name[DeletePrefix.Length..], value as JsonArray ?? []);
            else
                Member(target, name, value, schema?.Member(name), orders.GetValueOrDefault(name));
            orders.Remove(name);
        }

        foreach (var (name, order) in orders)
            if (target.Member(name) is JsonArray current)
                target[name] = ListMerge.Merge(current, [], schema?.Member(name) ?? SchemaNode.Anything, order);
        return target;
    }

    /// <summary>What a patch leaves where nothing was: itself, without nulls and directives.</summary>
    public static JsonObject WithoutDirectives(JsonObject patch)
    {
        var kept = new JsonObject();
        foreach (var (name, value) in Taken(patch))
            if (value is not null && !name.StartsWith('$'))
                kept[name] = Cleaned(value);
        return kept;
    }

    private static JsonNode? Cleaned(JsonNode? value)
    {
        switch (value)
        {
            case JsonObject members:
                return WithoutDirectives(members);
            case JsonArray items:
                var kept = new JsonArray();
                foreach (var item in items.ToList())
                {
                    if (item is JsonObject element && element.Member(Directive).Text() is "delete" or "replace"
                        && item.Member(Directive) is not null)
                        continue;
                    items.Remove(item);
                    kept.Add(Cleaned(item));
                }

                return kept;
            default:
                return value;
        }
    }

    private static void Member(JsonObject target, string name, JsonNode? value, SchemaNode? schema, JsonArray? order)
    {
        switch (value, target.Member(name))
        {
            case (null, _):
                target.Remove(name);
                break;
            case (JsonObject patch, JsonObject current):
                target.Remove(name);
                target[name] = Merge(current, patch, schema);
                break;
            case (JsonArray patch, var current) when schema is { PatchMerges: true }:
                target.Remove(name);
                target[name] = ListMerge.Merge(current as JsonArray ?? [], patch, schema, order);
                break;
            case (JsonObject patch, _) when patch.Member(Directive).Text() == "delete":
                target.Remove(name);
                break;
            default:
                target[name] = Cleaned(value);
                break;
        }
    }

    private static void Retain(JsonObject target, JsonObject patch)
    {
        if (!patch.TryGetPropertyValue(RetainKeys, out var list))
            return;
        patch.Remove(RetainKeys);
        var retained = (list as JsonArray ?? throw Wrong("$retainKeys must be a list")).Select(key => key.Text()).OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        if (patch.Any(member => !member.Key.StartsWith('$') && !retained.Contains(member.Key)))
            throw Wrong($"missing keys in $retainKeys list: {GoFormat.Plain(list)}");
        foreach (var name in target.Select(member => member.Key).Where(name => !retained.Contains(name)).ToList())
            target.Remove(name);
    }

    private static Dictionary<string, JsonArray> Orders(JsonObject patch)
    {
        var orders = new Dictionary<string, JsonArray>(StringComparer.Ordinal);
        foreach (var name in patch.Select(member => member.Key).Where(name => name.StartsWith(OrderPrefix, StringComparison.Ordinal))
            .ToList())
        {
            if (patch[name] is JsonArray order)
                orders[name[OrderPrefix.Length..]] = order;
            patch.Remove(name);
        }

        return orders;
    }

    /// <summary>The members, each free to be put elsewhere.</summary>
    private static List<(string Name, JsonNode? Value)> Taken(JsonObject members)
    {
        var taken = members.Select(member => (member.Key, member.Value)).ToList();
        members.Clear();
        return taken;
    }

    private static PatchRejectedException Wrong(string message) => new(PatchRejection.Internal, message);
}
