using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Schemas;

namespace Canary.Kubernetes.Metrics;

/// <summary>One field, declared once: its schema, which is also its documentation, and how it is read and written.</summary>
/// <param name="Schema">Name, schema and description.</param>
/// <param name="ReadTemplate">Takes it over as a template writes it, with arguments in it.</param>
/// <param name="Read">Takes it over as a run holds it, resolved.</param>
/// <param name="Write">What a run holds; null: the field is left out.</param>
/// <typeparam name="TTemplate">The object of a template.</typeparam>
/// <typeparam name="TResolved">The object of a run.</typeparam>
internal sealed record DeclaredField<TTemplate, TResolved>(
    SchemaProperty Schema,
    Func<TTemplate, FieldAt, TTemplate> ReadTemplate,
    Func<TResolved, FieldAt, TResolved> Read,
    Func<TResolved, JsonNode?> Write);

/// <summary>The fields of an object that templates write and runs hold.</summary>
internal sealed class FieldTable<TTemplate, TResolved>(params DeclaredField<TTemplate, TResolved>[] fields)
{
    public SchemaProperty[] Schema => [.. fields.Select(one => one.Schema)];

    public TTemplate ReadTemplate(TTemplate start, FieldReader from) =>
        fields.Aggregate(start, (read, field) => field.ReadTemplate(read, new FieldAt(from, field.Schema.Name)));

    public TResolved Read(TResolved start, FieldReader from) =>
        fields.Aggregate(start, (read, field) => field.Read(read, new FieldAt(from, field.Schema.Name)));

    /// <summary>The JSON, from which <see cref="Read"/> makes an equal object.</summary>
    public JsonObject Write(JsonObject json, TResolved value) =>
        fields.Aggregate(json, (written, field) => written.Put(field.Schema.Name, field.Write(value)));
}

/// <summary>A field of an object that is read.</summary>
internal readonly record struct FieldAt(FieldReader Object, string Key)
{
    public bool IsPresent => Object.Has(Key);

    public FieldReader Child() => Object.Child(Key);

    public string? Text() => Object.Text(Key);

    public string RequiredText(string need) => Object.RequiredText(Key, need);

    public string? Short(int longest) => Object.Short(Key, longest);

    public string? TextOrNumber() => Object.TextOrNumber(Key);

    public EquatableArray<string> Texts() => Object.Texts(Key).ToEquatableArray();

    public TimeSpan? Duration() => Object.Duration(Key);

    public bool Flag() => Object.Flag(Key, false);

    public int? Int(int least) => Object.Int(Key, least);

    public T? Name<T>()
        where T : struct, Enum => Object.Name<T>(Key);

    /// <summary>A finite number, which may be written as a text.</summary>
    public double? Number() =>
        TextOrNumber() is { } text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && double.IsFinite(number) ? number : null;

    /// <summary>The same where it is in these bounds, else null: a run that a person edited must not bring the judge numbers that it has no
    /// logarithm of.</summary>
    public double? Within(double least, double most) => Number() is { } number && number >= least && number <= most ? number : null;
}

/// <summary>Values of fields as a run holds them.</summary>
internal static class FieldValue
{
    public static JsonNode? Of(TimeSpan? length) => length is { } value ? GoDuration.Format(value) : null;

    public static JsonNode? Of(double? number) => number is { } value ? NumberText.Format(value) : null;

    public static JsonNode? Of<T>(T name)
        where T : struct, Enum => FieldReader.Camel(name.ToString());

    public static JsonNode? Flag(bool value) => value ? true : null;

    public static JsonNode? List(IEnumerable<string> texts) => texts.Select(text => (JsonNode)text).ToArray() is { Length: > 0 } some
        ? new JsonArray(some) : null;
}
