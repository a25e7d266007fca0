using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.Columns;

/// <summary>Objects as a Table, which is what <c>kubectl get</c> prints.</summary>
internal static class TableView
{
    private static readonly TableColumn Name = new(
        "Name", "string", "name", "Name of the object, unique among its kind in its namespace.", 0, (obj, _) => obj.At("metadata", "name")
        .Text() ?? "");

    private static readonly TableColumn Age = new(
        "Age", "date", "", "Time since the server created the object.", 0,
        (obj, now) => Ages.Since(obj.At("metadata", "creationTimestamp").Text(), now));

    /// <summary>Columns of a built-in kind; name and age for one that has none of its own.</summary>
    public static IReadOnlyList<TableColumn> BuiltIn(string group, string kind) => BuiltInColumns.Find(group, kind) ?? [Name, Age];

    /// <summary>Columns that a definition asks for, after the name; the age where it asks for none.</summary>
    /// <param name="printerColumns">The <c>additionalPrinterColumns</c> of the version.</param>
    public static IReadOnlyList<TableColumn> CustomResource(JsonArray? printerColumns) =>
        printerColumns is not { Count: > 0 } ? [Name, Age] : [Name, .. printerColumns.OfType<JsonObject>().Select(Printer)];

    /// <param name="columns">From <see cref="BuiltIn"/> or <see cref="CustomResource"/>.</param>
    /// <param name="items">The objects, with apiVersion and kind.</param>
    /// <param name="now">For ages.</param>
    /// <param name="includeObject"><c>Metadata</c> (also null or empty), <c>Object</c> or <c>None</c>.</param>
    /// <param name="listMetadata">Metadata of the list, or of the object; resourceVersion, continue and remainingItemCount are taken from
    /// it.</param>
    /// <param name="version">v1 or v1beta1.</param>
    public static JsonObject Render(
        IReadOnlyList<TableColumn> columns,
        IReadOnlyList<JsonObject> items,
        DateTimeOffset now,
        string? includeObject,
        JsonObject? listMetadata,
        string version = "v1")
    {
        var metadata = new JsonObject();
        foreach (var name in (string[])["resourceVersion", "continue", "remainingItemCount"])
            if (listMetadata.Member(name) is { } value && value.Text() != "")
                metadata[name] = value.DeepClone();
        return new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = $"meta.k8s.io/{version}",
            ["metadata"] = metadata,
            ["columnDefinitions"] = new JsonArray([.. columns.Select(column => column.ToJson())]),
            ["rows"] = new JsonArray([.. items.Select(item => Row(columns, item, now, includeObject, version))]),
        };
    }

    private static JsonObject Row(IReadOnlyList<TableColumn> columns, JsonObject item, DateTimeOffset now, string? includeObject,
        string version) => new()
        {
            ["cells"] = new JsonArray([.. columns.Select(column => column.Cell(item, now))]),
            ["object"] = includeObject switch
            {
                "None" => null,
                "Object" => item.DeepClone(),
                _ => new JsonObject
                {
                    ["kind"] = "PartialObjectMetadata",
                    ["apiVersion"] = $"meta.k8s.io/{version}",
                    ["metadata"] = item.Member("metadata")?.DeepClone(),
                },
            },
        };

    private static TableColumn Printer(JsonObject column)
    {
        var path = column.Member("jsonPath").Text() ?? "";
        var type = column.Member("type").Text() ?? "string";
        var compiled = PrinterPath.Parse(path);
        return new TableColumn(
            column.Member("name").Text() ?? "", type, column.Member("format").Text() ?? "",
            column.Member("description").Text() is { Length: > 0 } description ? description
            : $"Custom resource definition column (in JSONPath format): {path}",
            (int)(column.Member("priority").Whole() ?? 0),
            (obj, now) => Cell(compiled.First(obj), type, now));
    }

    /// <summary>A value in the type of its column; null where it is missing or of another type.</summary>
    private static JsonNode? Cell(JsonNode? value, string type, DateTimeOffset now) => (type, value) switch
    {
        (_, null) => null,
        ("integer", _) => value.Whole() ?? (value.GetValueKind() == JsonValueKind.Number ? (long)GoFormat.Double(value) : null),
        ("number", _) => value.GetValueKind() == JsonValueKind.Number ? value.DeepClone() : null,
        ("boolean", _) => value.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? value.DeepClone() : null,
        ("date", _) => value.Text() is { } time ? Ages.Since(time, now) : null,
        (_, JsonValue) => value.Text() ?? (value.GetValueKind() == JsonValueKind.Number ? GoFormat.Plain(value) : value.ToJsonString()),
        _ => JsonTexts.Compact(JsonTexts.Sorted(value)),
    };
}
