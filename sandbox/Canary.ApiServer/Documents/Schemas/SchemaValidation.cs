using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;

namespace Canary.ApiServer.Documents.Schemas;

/// <summary>Checks a document against a schema and words the errors as the API server does.</summary>
/// <remarks>
/// With an old document, a part that has not changed is not checked: what a tightened schema no longer allows may stay.
/// CEL rules (<c>x-kubernetes-validations</c>) are run afterwards, by <c>RuleValidation</c>.
/// </remarks>
internal sealed class SchemaValidation
{
    /// <summary>Above it a double skips whole numbers, and nothing counts as a multiple.</summary>
    private const double LargestExact = 9007199254740991;

    private readonly List<FieldError> _errors = [];
    private readonly string _prefix;

    private SchemaValidation(string prefix) => _prefix = prefix;

    /// <param name="document">What is checked.</param>
    /// <param name="old">What it was before; null on creation.</param>
    /// <param name="schema">Schema of the document.</param>
    /// <param name="prefix">Put before each path of an error, but not before the path inside its text: that is how errors of a status
    /// look.</param>
    public static IReadOnlyList<FieldError> Check(JsonNode? document, JsonNode? old, SchemaNode schema, string prefix = "")
    {
        var validation = new SchemaValidation(prefix);
        validation.Node(document, old, schema, "");
        return validation._errors;
    }

    private void Node(JsonNode? node, JsonNode? old, SchemaNode schema, string path)
    {
        var before = _errors.Count;
        Type(node, schema, path);
        Enum(node, schema, path);
        if (node is not null)
        {
            Text(node, schema, path);
            Number(node, schema, path);
            List(node, old, schema, path);
            Object(node, old, schema, path);
            Alternatives(node, schema, path);
        }

        if (_errors.Count > before && old is not null && JsonNode.DeepEquals(node, old))
            _errors.RemoveRange(before, _errors.Count - before);
    }

    private void Type(JsonNode? node, SchemaNode schema, string path)
    {
        var type = GoFormat.JsonType(node);
        if (node is null && (schema.Nullable || (schema.Type is null && !schema.IntOrString)))
            return;
        if (schema.IntOrString)
        {
            if (type is not ("integer" or "string"))
                _errors.Add(FieldError.TypeInvalid(At(path), $"\"{type}\"", $"{path} in body must be of type integer,string: \"{type}\""));
        }
        else if (schema.Type is { } wanted && type != wanted && !(wanted == "number" && type == "integer"))
            _errors.Add(FieldError.TypeInvalid(At(path), $"\"{type}\"", $"{path} in body must be of type {wanted}: \"{type}\""));
    }

    private void Enum(JsonNode? node, SchemaNode schema, string path)
    {
        var allowed = schema.Bounds.Enum;
        if (allowed.Count == 0 || allowed.Any(value => JsonNode.DeepEquals(value, node)) || (node is null && schema.Nullable))
            return;
        _errors.Add(FieldError.NotSupported(
            At(path), GoFormat.Value(node),
            string.Join(", ", allowed.Select(value => GoFormat.Quoted(value.Text() ?? JsonTexts.Compact(value))))));
    }

    private void Text(JsonNode node, SchemaNode schema, string path)
    {
        if (node.Text() is not { } text)
            return;
        var bounds = schema.Bounds;
        var length = text.EnumerateRunes().Count();
        if (length > bounds.MaxLength)
            _errors.Add(FieldError.TooLong(At(path), bounds.MaxLength.Value));
        else if (length < bounds.MinLength)
            _errors.Add(Invalid(node, path, $"should be at least {bounds.MinLength} chars long"));
        else if (bounds.Pattern is { } pattern && !GoPattern.Matches(pattern, text))
            _errors.Add(Invalid(node, path, $"should match '{pattern}'"));
        if (schema.Type == "string" && schema.Format is { } format && !SchemaFormats.Holds(format, text))
            _errors.Add(FieldError.TypeInvalid(At(path), GoFormat.Quoted(text),
                $"{path} in body must be of type {format}: {GoFormat.Quoted(text)}"));
    }

    private void Number(JsonNode node, SchemaNode schema, string path)
    {
        if (node.GetValueKind() != System.Text.Json.JsonValueKind.Number)
            return;
        var number = GoFormat.Double(node);
        var bounds = schema.Bounds;
        if (bounds.MultipleOf is { } factor && number / factor is var times
            && (times != Math.Floor(times) || Math.Abs(times) > LargestExact))
            _errors.Add(Invalid(node, path, $"should be a multiple of {GoFormat.Number(factor)}"));
        if (bounds.Maximum is { } maximum && (bounds.ExclusiveMaximum ? number >= maximum : number > maximum))
            _errors.Add(
                Invalid(node, path, $"should be less than {(bounds.ExclusiveMaximum ? "" : "or equal to ")}{GoFormat.Number(maximum)}"));
        if (bounds.Minimum is { } minimum && (bounds.ExclusiveMinimum ? number <= minimum : number < minimum))
            _errors.Add(
                Invalid(node, path, $"should be greater than {(bounds.ExclusiveMinimum ? "" : "or equal to ")}{GoFormat.Number(minimum)}"));
    }

    private void List(JsonNode node, JsonNode? old, SchemaNode schema, string path)
    {
        if (node is not JsonArray items)
            return;
        var bounds = schema.Bounds;
        if (items.Count < bounds.MinItems)
            _errors.Add(Invalid(node, path, $"should have at least {bounds.MinItems} items"));
        if (items.Count > bounds.MaxItems)
            _errors.Add(FieldError.TooMany(At(path), items.Count, bounds.MaxItems.Value));
        if (bounds.UniqueItems && items.Where((item, i) => items.Take(i).Any(other => JsonNode.DeepEquals(other, item))).Any())
            _errors.Add(Invalid(node, path, "shouldn't contain duplicates"));
        if (schema.Items is not { } element)
            return;
        for (var i = 0; i < items.Count; i++)
            Node(items[i], OldItem(items[i], i, old, schema), element, $"{path}[{i}]");
    }

    /// <summary>The element that this one was before: by key in a map, none in an atomic list, whose elements have no identity.</summary>
    private static JsonNode? OldItem(JsonNode? item, int index, JsonNode? old, SchemaNode schema) => (schema.List, old) switch
    {
        (ListKind.Map, JsonArray before) => before.FirstOrDefault(candidate => ListRules.SameKeys(item, candidate, schema)),
        (ListKind.Set, JsonArray before) => before.FirstOrDefault(candidate => JsonNode.DeepEquals(candidate, item)),
        _ => null,
    };

    private void Object(JsonNode node, JsonNode? old, SchemaNode schema, string path)
    {
        if (node is not JsonObject members)
            return;
        var bounds = schema.Bounds;
        if (members.Count < bounds.MinProperties)
            _errors.Add(Invalid(node, path, $"should have at least {bounds.MinProperties} properties"));
        if (members.Count > bounds.MaxProperties)
            _errors.Add(FieldError.TooMany(At(path), members.Count, bounds.MaxProperties.Value));
        foreach (var name in schema.Required)
            if (!members.ContainsKey(name))
                _errors.Add(FieldError.Required(At(Below(path, name))));
        foreach (var (name, value) in members)
            if (schema.Member(name) is { } member)
                Node(value, old.Member(name), member, Below(path, name));
    }

    private void Alternatives(JsonNode node, SchemaNode schema, string path)
    {
        var bounds = schema.Bounds;
        foreach (var part in bounds.AllOf)
            Node(node, null, part, path);
        if (bounds.AnyOf.Count > 0 && !bounds.AnyOf.Any(part => Matches(node, part)))
            _errors.Add(Whole($"\"{path}\" must validate at least one schema (anyOf)"));
        if (bounds.OneOf.Count > 0)
        {
            var valid = bounds.OneOf.Count(part => Matches(node, part));
            if (valid == 0)
            {
                _errors.Add(Whole($"\"{path}\" must validate one and only one schema (oneOf). Found none valid"));
                Node(node, null, bounds.OneOf[0], path);
            }
            else if (valid > 1)
                _errors.Add(Whole($"\"{path}\" must validate one and only one schema (oneOf). Found {valid} valid alternatives"));
        }

        if (bounds.Not is { } not && Matches(node, not))
            _errors.Add(Whole($"\"{path}\" must not validate the schema (not)"));
    }

    private static bool Matches(JsonNode node, SchemaNode schema) => Check(node, null, schema).Count == 0;

    private static FieldError Whole(string message) => FieldError.Invalid("<nil>", "\"\"", message);

    private FieldError Invalid(JsonNode node, string path, string rule) =>
        FieldError.Invalid(At(path), GoFormat.Value(node), $"{path} in body {rule}");

    private string At(string path) =>
        _prefix.Length == 0 ? path.Length == 0 ? "<nil>" : path : path.Length == 0 ? _prefix : $"{_prefix}.{path}";

    private static string Below(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
