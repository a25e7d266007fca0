using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.Definitions;

/// <summary>Versions of a definition, their columns and subresources, and its conversion.</summary>
internal static class VersionRules
{
    private const int LongestWarning = 256;

    private static readonly string[] Types = ["boolean", "date", "integer", "number", "string"];
    private static readonly string[] Formats = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"];

    public static void Check(JsonObject definition, List<JsonObject> versions, List<FieldError> errors)
    {
        for (var i = 0; i < versions.Count; i++)
        {
            Name(versions[i], $"spec.versions[{i}].name", errors);
            Deprecation(versions[i], $"spec.versions[{i}].deprecationWarning", errors);
        }

        // The first version stands a second time above the list, where the API once had its only one.
        if (versions.Count > 0)
            Name(versions[0], "spec.version", errors);
        if (versions.Select(version => version.Member("name").Text()).Distinct().Count() < versions.Count)
            errors.Add(FieldError.Invalid("spec.versions", Shown(versions), "must contain unique version names"));
        if (versions.Count(version => version.Member("storage").IsTrue()) != 1)
            errors.Add(FieldError.Invalid("spec.versions", Shown(versions), "must have exactly one version marked as storage version"));
        Stored(definition, versions, errors);
        Conversion(definition.At("spec", "conversion"), errors);
    }

    public static void Subresources(JsonObject version, string path, List<FieldError> errors)
    {
        if (version.At("subresources", "scale") is not JsonObject scale)
            return;
        Under(scale, "specReplicasPath", [".spec."], "should be a json path under .spec", path, errors);
        Under(scale, "statusReplicasPath", [".status."], "should be a json path under .status", path, errors);
        if (scale.Member("labelSelectorPath").Text() is { Length: > 0 })
            Under(scale, "labelSelectorPath", [".spec.", ".status."], "should be a json path under either .spec or .status", path, errors);
    }

    public static void Columns(JsonObject version, string path, List<FieldError> errors)
    {
        var columns = version.Member("additionalPrinterColumns") as JsonArray ?? [];
        for (var i = 0; i < columns.Count; i++)
        {
            var at = $"{path}[{i}]";
            if (columns[i].Member("name").Text() is not { Length: > 0 })
                errors.Add(FieldError.Required($"{at}.name"));
            if (columns[i].Member("type").Text() is not { Length: > 0 } type)
                errors.Add(FieldError.Required($"{at}.type", "must be one of " + string.Join(',', Types)));
            else if (!Types.Contains(type))
                errors.Add(FieldError.Invalid($"{at}.type", GoFormat.Quoted(type), "must be one of " + string.Join(',', Types)));
            if (columns[i].Member("format").Text() is { Length: > 0 } format && !Formats.Contains(format))
                errors.Add(FieldError.Invalid($"{at}.format", GoFormat.Quoted(format), "must be one of " + string.Join(',', Formats)));
            var column = columns[i].Member("jsonPath").Text() ?? "";
            if (column.Length == 0)
                errors.Add(FieldError.Required($"{at}.JSONPath"));
            else if (column[0] != '.')
                errors.Add(FieldError.Invalid($"{at}.JSONPath", GoFormat.Quoted(column), "must be a simple json path starting with ."));
        }
    }

    /// <summary>The versions as Go prints them, with what differs between them behind addresses.</summary>
    private static string Shown(List<JsonObject> versions)
    {
        var items = versions.Select(version =>
            $"apiextensions.CustomResourceDefinitionVersion{{Name:{GoFormat.Quoted(version.Member("name").Text() ?? "")}, "
                + $"Served:{Bool(version.Member("served"))}, "
            + $"Storage:{Bool(version.Member("storage"))}, Deprecated:{Bool(version.Member("deprecated"))}, "
            + $"DeprecationWarning:{Pointer(version, "string", "deprecationWarning", isShared: false)}, "
            + $"Schema:{Pointer(version, "apiextensions.CustomResourceValidation", "schema", Is("schema"))}, "
            + $"Subresources:{Pointer(version, "apiextensions.CustomResourceSubresources", "subresources", Is("subresources"))}, "
            + $"AdditionalPrinterColumns:[]apiextensions.CustomResourceColumnDefinition"
            + $"{(Is("additionalPrinterColumns") ? "(nil)" : "{…}")}, "
            + $"SelectableFields:[]apiextensions.SelectableField{(Is("selectableFields") ? "(nil)" : "{…}")}}}");
        return $"[]apiextensions.CustomResourceDefinitionVersion{{{string.Join(", ", items)}}}";

        bool Is(string member) => versions.TrueForAll(version => JsonNode.DeepEquals(version.Member(member), versions[0].Member(member)));
    }

    private static string Bool(JsonNode? value) => value.IsTrue() ? "true" : "false";

    private static string Pointer(JsonObject version, string type, string member, bool isShared) =>
        $"(*{type})({(isShared || version.Member(member) is null ? "nil" : "0xc000000000")})";

    private static void Name(JsonObject version, string path, List<FieldError> errors)
    {
        var name = version.Member("name").Text() ?? "";
        if (NameRules.Dns1035Label(name) is { Count: > 0 } wrong)
            errors.Add(FieldError.Invalid(path, GoFormat.Quoted(name), string.Join(',', wrong)));
    }

    private static void Deprecation(JsonObject version, string path, List<FieldError> errors)
    {
        if (version.Member("deprecationWarning").Text() is not { } warning)
            return;
        if (!version.Member("deprecated").IsTrue())
            errors.Add(FieldError.Invalid(path, GoFormat.Quoted(warning), "can only be set for deprecated versions"));
        else if (warning.Length == 0)
            errors.Add(FieldError.Invalid(path, GoFormat.Quoted(warning), "must not be empty if specified"));
        else if (warning.Length > LongestWarning)
            errors.Add(FieldError.Invalid(path, GoFormat.Quoted(warning), $"must be <= {LongestWarning} bytes"));
        else if (warning.Any(char.IsControl))
            errors.Add(FieldError.Invalid(path, GoFormat.Quoted(warning), "must only contain printable UTF-8 characters"));
    }

    private static void Stored(JsonObject definition, List<JsonObject> versions, List<FieldError> errors)
    {
        var stored = (definition.At("status", "storedVersions") as JsonArray ?? []).Select(name => name.Text() ?? "").ToList();
        if (stored.Count == 0)
            errors.Add(FieldError.Invalid("status.storedVersions", "[]string(nil)", "must have at least one stored version"));
        for (var i = 0; i < stored.Count; i++)
            if (versions.TrueForAll(version => version.Member("name").Text() != stored[i]))
                errors.Add(FieldError.Invalid($"status.storedVersions[{i}]", GoFormat.Quoted(stored[i]), "must appear in spec.versions"));
        if (stored.Count > 0 && versions.FindLast(version => version.Member("storage").IsTrue()).Member("name").Text() is { } storage
            && !stored.Contains(storage))
            errors.Add(FieldError.Invalid("status.storedVersions", $"[]string{{{string.Join(", ", stored.Select(GoFormat.Quoted))}}}",
                $"must have the storage version {storage}"));
    }

    private static void Conversion(JsonNode? conversion, List<FieldError> errors)
    {
        var strategy = conversion.Member("strategy").Text() ?? "None";
        if (strategy == "Webhook")
            errors.Add(FieldError.Forbidden("spec.conversion.strategy",
                "this server calls no conversion webhooks; use None, by which only apiVersion changes"));
        else if (strategy != "None")
            errors.Add(FieldError.NotSupported("spec.conversion.strategy", GoFormat.Quoted(strategy), "\"None\", \"Webhook\""));
        else if (conversion.Member("webhook") is not null)
            errors.Add(
                FieldError.Forbidden("spec.conversion.webhookClientConfig", "should not be set when strategy is not set to Webhook"));
    }

    private static void Under(JsonObject scale, string member, string[] roots, string where, string path, List<FieldError> errors)
    {
        var at = $"{path}.scale.{member}";
        var asked = scale.Member(member).Text() ?? "";
        if (asked.Length == 0)
            errors.Add(FieldError.Required(at));
        else if (asked[0] != '.')
            errors.Add(FieldError.Invalid(at, GoFormat.Quoted(asked), "must be a simple json path starting with ."));
        else if (!roots.Any(root => asked.StartsWith(root, StringComparison.Ordinal)))
            errors.Add(FieldError.Invalid(at, GoFormat.Quoted(asked), where));
    }
}
