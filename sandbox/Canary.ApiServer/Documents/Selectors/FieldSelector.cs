using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.Selectors;

/// <summary>Selects objects by some of their fields.</summary>
internal sealed class FieldSelector
{
    private static readonly string[] Always = ["metadata.name", "metadata.namespace"];

    private static readonly Dictionary<string, string[]> Further = new(StringComparer.Ordinal)
    {
        ["Pod"] =
        [
            "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
            "status.phase", "status.podIP", "status.podIPs", "status.nominatedNodeName",
        ],
        ["Event"] =
        [
            "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath", "regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid", "regarding.apiVersion",
            "regarding.resourceVersion",
            "regarding.fieldPath", "reason", "reportingComponent", "reportingController", "source", "type",
        ],
        ["Secret"] = ["type"],
        ["Namespace"] = ["status.phase"],
        ["Node"] = ["spec.unschedulable"],
        ["ReplicaSet"] = ["status.replicas"],
        ["Service"] = ["spec.clusterIP", "spec.type"],
    };

    private readonly IReadOnlyList<(string Field, string Value, bool IsEqual)> _terms;

    private FieldSelector(IReadOnlyList<(string, string, bool)> terms) => _terms = terms;

    public bool IsEmpty => _terms.Count == 0;

    /// <summary>The name that must match, where the selector asks for one: a list of it is a look-up.</summary>
    public string? Name =>
        _terms.Where(term => term is { Field: "metadata.name", IsEqual: true }).Select(term => term.Value).FirstOrDefault();

    /// <summary>Reads a selector for a built-in kind.</summary>
    /// <exception cref="SelectorException">The text cannot be read, or a field is not selectable.</exception>
    public static FieldSelector ForBuiltIn(string text, string kind) => Parse(
        text,
        field => Always.Contains(field, StringComparer.Ordinal)
        || (Further.TryGetValue(kind, out var fields) && fields.Contains(field, StringComparer.Ordinal)),
        field => Further.ContainsKey(kind)
            ? $"field label not supported: {field}"
            : $"{GoFormat.Quoted(field)} is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");

    /// <param name="text">The selector.</param>
    /// <param name="selectable">Paths of <c>selectableFields</c> of the definition, with or without a leading dot.</param>
    /// <exception cref="SelectorException">The text cannot be read, or a field is not selectable.</exception>
    public static FieldSelector ForCustomResource(string text, IEnumerable<string> selectable)
    {
        var known = Always.Concat(selectable.Select(path => path.TrimStart('.'))).ToHashSet(StringComparer.Ordinal);
        return Parse(text, known.Contains, field => $"field label not supported: {field}");
    }

    public bool Matches(JsonObject obj) =>
        _terms.All(term => string.Equals(Value(obj, term.Field), term.Value, StringComparison.Ordinal) == term.IsEqual);

    private static FieldSelector Parse(string text, Func<string, bool> isKnown, Func<string, string> complaint)
    {
        var terms = new List<(string, string, bool)>();
        foreach (var part in Split(text))
        {
            if (part.Length == 0)
                continue;
            var (field, value, isEqual) = Term(part)
                ?? throw new SelectorException($"invalid selector: '{text}'; can't understand '{part}'");
            terms.Add(isKnown(field) ? (field, value, isEqual) : throw new SelectorException(complaint(field)));
        }

        return new FieldSelector(terms);
    }

    /// <summary>Splits at commas that no backslash stands before.</summary>
    private static IEnumerable<string> Split(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
            if (text[i] == '\\')
                i++;
            else if (text[i] == ',')
            {
                yield return text[start..i];
                start = i + 1;
            }

        yield return text[start..];
    }

    private static (string Field, string Value, bool IsEqual)? Term(string part)
    {
        foreach (var (sign, isEqual) in ((string, bool)[])[("!=", false), ("==", true), ("=", true)])
            if (part.IndexOf(sign, StringComparison.Ordinal) is var found and >= 0)
                return (part[..found], part[(found + sign.Length)..].Replace("\\", "", StringComparison.Ordinal), isEqual);
        return null;
    }

    private static string Value(JsonObject obj, string field)
    {
        if (field is "source")
            return obj.At("source", "component").Text() ?? "";
        var name = field.StartsWith("regarding.", StringComparison.Ordinal) && !obj.ContainsKey("regarding")
            ? "involvedObject." + field["regarding.".Length..]
            : field.StartsWith("involvedObject.", StringComparison.Ordinal) && !obj.ContainsKey("involvedObject")
            ? "regarding." + field["involvedObject.".Length..]
            : field;
        var node = obj.At(name.Split('.'));
        return node is null ? field is "spec.unschedulable" or "spec.hostNetwork" ? "false" : "" : node.Text() ?? JsonTexts.Compact(node);
    }
}
