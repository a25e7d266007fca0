using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.Definitions;

/// <summary>Paths to fields that a schema declares: <c>.spec.mode</c>, <c>.labels['a/b']</c>.</summary>
internal static partial class FieldPaths
{
    /// <returns>The schema of the field, or why there is none.</returns>
    public static (JsonObject? Schema, string? Error) Find(JsonObject schema, string path)
    {
        if (!Form().IsMatch(path))
            return (null, path.StartsWith('.') || path.StartsWith('[') ? "does not refer to a valid field"
                : $"expected [ or . but got: {path}");
        foreach (var name in Names(path))
        {
            // A map has the field only where it is named in brackets, which the real server takes as well as a dot.
            if (schema.At("properties", name) is JsonObject property)
                schema = property;
            else if (schema.Member("additionalProperties") is JsonObject values)
                schema = values;
            else
                return (null, "does not refer to a valid field");
        }

        return (schema, null);
    }

    public static IEnumerable<string> Names(string path) =>
        Part().Matches(path).Select(part => part.Groups["plain"].Success ? part.Groups["plain"].Value : part.Groups["quoted"].Value);

    [GeneratedRegex(@"\A(\.[A-Za-z_][A-Za-z0-9_]*|\['[^']*'\])+\z")]
    private static partial Regex Form();

    [GeneratedRegex(@"\.(?<plain>[A-Za-z_][A-Za-z0-9_]*)|\['(?<quoted>[^']*)'\]")]
    private static partial Regex Part();
}
