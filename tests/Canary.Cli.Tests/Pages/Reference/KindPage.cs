using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Canary.Kubernetes.Schemas;
using Canary.Testing;

namespace Canary.Cli.Tests.Pages.Reference;

/// <summary>The page of a kind: each object of its schema is a section with a table of its fields.</summary>
internal sealed partial class KindPage
{
    private const int SmallestShared = 3;
    private const string GoStyle = "Go style (90s, 2m30s)";

    private readonly StringBuilder _text = new();

    // An object with the fields of an earlier one refers to it: the side of the canary, or the accepted spec in the status. Small ones are
    // printed again.
    private readonly Dictionary<string, string> _printed = new(StringComparer.Ordinal);

    private KindPage()
    {
    }

    public static string Print(CustomResource kind)
    {
        var page = new KindPage();
        page.PrintHead(kind);
        page.PrintObject("spec", kind.Spec);
        if (kind.Status is not null) page.PrintObject("status", kind.Status);
        return page._text.ToString();
    }

    private void PrintHead(CustomResource kind)
    {
        var scope = kind.IsNamespaced ? "namespaced" : "cluster";
        var names = string.Join(", ", new[] { kind.Plural }.Concat(kind.ShortNames).Select(name => $"`{name}`"));
        _text.Append($"""
            # {kind.Kind}

            {kind.Description}

            Generated from the schema in `src/Canary.Kubernetes/Resources`. Do not edit this page: `make reference` writes it again.

            - **apiVersion**: `{CustomResource.ApiVersion}`
            - **Names for kubectl**: {names}
            - **Scope**: {scope}

            A duration is written as in Go (`90s`, `2m30s`) or in whole seconds (`90`). A field that *may be an argument* takes `{"{{args.name}}"}` too.

            | column of `kubectl get` | field | meaning |
            |---|---|---|

            """);
        foreach (var column in kind.Columns)
            _text.Append(
                $"| {column.Name}{(column.IsWide ? " (`-o wide`)" : "")} | `{column.Path}` | {ReferencePage.Cell(column.Description)} |\n");
    }

    private void PrintObject(string path, Schema schema)
    {
        _printed.TryAdd(Signature(schema), path);
        _text.Append($"\n{(path.Contains('.', StringComparison.Ordinal) ? "###" : "##")} {path}\n\n{schema.Description}\n\n");
        _text.Append("| field | type | default | description |\n|---|---|---|---|\n");
        var inner = new List<(string Path, Schema Schema)>();
        foreach (var property in schema.Properties)
        {
            var child = $"{path}.{property.Name}";
            var (description, standard) = Split(property.Schema);
            var (below, schemaBelow) = Descend(child, property.Schema);
            if (schemaBelow.Properties.Count > 0)
            {
                var known = schemaBelow.Properties.Count < SmallestShared ? null : _printed.GetValueOrDefault(Signature(schemaBelow));
                description += known is null ? $" See [{below}](#{Anchor(below)})."
                    : $" The fields are those of [{known}](#{Anchor(known)}).";
                if (known is null) inner.Add((below, schemaBelow));
                _printed.TryAdd(Signature(schemaBelow), below);
            }

            var name = property.IsRequired ? $"`{property.Name}` (required)" : $"`{property.Name}`";
            var allowed = string.Concat(Allowed(property.Schema).Select(sentence => $" {sentence}."));
            _text.Append(
                $"| {name} | {Type(property.Schema)} | {ReferencePage.Cell(standard)} | {ReferencePage.Cell(description)}"
                    + $"{ReferencePage.Cell(allowed)} |\n");
        }

        foreach (var (below, schemaBelow) in inner) PrintObject(below, schemaBelow);
    }

    /// <summary>The object whose fields a field has: itself, or the members of the list, or the values of the map.</summary>
    private static (string Path, Schema Schema) Descend(string path, Schema schema) => schema switch
    {
        { Items: { } items } => Descend(path + "[]", items),
        { Values: { } values } => Descend(path + ".*", values),
        _ => (path, schema),
    };

    private static string Type(Schema schema) => schema switch
    {
        { Items: { } items } => $"list of {Type(items)}s",
        { Values: { } values } => $"map of {Type(values)}s",
        { Format: "date-time" } => "time",
        { Type: SchemaType.IntOrString } when schema.Description.Contains(GoStyle, StringComparison.Ordinal) => "duration",
        { Type: SchemaType.IntOrString } => "integer or string",
        { Type: SchemaType.NumberOrString } => "number or string",
        _ => schema.Type.ToString().ToLowerInvariant(),
    };

    // The column of the type says what a duration looks like, and that of the default what holds where the field is left out.
    private static (string Description, string Default) Split(Schema schema)
    {
        var description = DurationSentence().Replace(schema.Description, match => match.Groups[1].Success ? " May be an argument." : "");
        if (schema.Default is { } value) return (description, $"`{value.ToJsonString().Trim('"')}`");
        return DefaultSentence().Match(description) is { Success: true } match
            ? (description.Remove(match.Index, match.Length).Trim(), match.Groups[1].Value)
            : (description, "");
    }

    private static IEnumerable<string> Allowed(Schema schema)
    {
        if (schema.Choices.Count > 0) yield return $"One of {string.Join(", ", schema.Choices.Select(choice => $"`{choice}`"))}";
        if (schema is { MinProperties: 1, MaxProperties: 1, Properties.Count: > 0 }) yield return "Exactly one field";
        if (schema is { Minimum: { } least, Maximum: { } most }) yield return $"{least} to {most}";
        else if (schema.Minimum is { } minimum) yield return $"At least {minimum}";
        else if (schema.Maximum is { } maximum) yield return $"At most {maximum}";
        if (schema.MinLength is 1) yield return "Not empty";
        if (schema.MaxLength is { } longest) yield return $"At most {longest} characters";
        if (schema.MinItems is > 0) yield return $"At least {schema.MinItems} {(schema.MinItems == 1 ? "item" : "items")}";
        if (schema.MaxItems is { } items) yield return $"At most {items} items";
        if (schema is { Values: not null, MaxProperties: { } entries }) yield return $"At most {entries} entries";
        if (schema.Keys.Count > 0) yield return $"`{string.Join("`, `", schema.Keys)}` is unique in the list";
    }

    private static string Signature(Schema schema) =>
        string.Join(',',
            schema.Properties.Select(property =>
                $"{property.Name}:{Type(property.Schema)}({Signature(Descend("", property.Schema).Schema)})"));

    private static string Anchor(string path) => NoAnchor().Replace(path.ToLowerInvariant(), "");

    [GeneratedRegex(@" Go style \(90s, 2m30s\) or whole seconds(; may be an argument)?\.")]
    private static partial Regex DurationSentence();

    [GeneratedRegex(@"(?:^|\s)Default:? (.+?)\.(?=\s|$)")]
    private static partial Regex DefaultSentence();

    [GeneratedRegex("[^a-z0-9_-]")]
    private static partial Regex NoAnchor();
}
