using System.Collections.Generic;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Canary.Kubernetes.JsonFields;

/// <summary>A path into an object, as the downward API and Argo Rollouts write it: <c>metadata.labels['team']</c>,
/// <c>spec.a.b[0].c</c>.</summary>
internal static partial class FieldPath
{
    /// <summary>The value as text; null with the reason in <paramref name="problem"/> where there is none, or it is no string, number or
    /// boolean.</summary>
    public static string? Read(JsonNode document, string path, out string problem)
    {
        problem = "";
        if (Parse(path) is not { } steps)
        {
            problem = $"\"{path}\" is no path of a field; one is written metadata.labels['team'] or spec.a.b[0].c";
            return null;
        }

        var node = (JsonNode?)document;
        foreach (var step in steps)
        {
            node = (node, step) switch
            {
                (JsonObject map, string key) => map[key],
                (JsonArray list, int index) when index < list.Count => list[index],
                _ => null,
            };
            if (node is null) break;
        }

        switch (node?.GetValueKind())
        {
            case JsonValueKind.String:
                return node.GetValue<string>();
            case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                return node.ToJsonString();
            case null:
                problem = $"the Rollout has no field {path}";
                return null;
            default:
                problem =
                    $"the field {path} of the Rollout is {(node is JsonObject ? "an object" : "a list")}; a string, a number or a boolean "
                        + "is needed";
                return null;
        }
    }

    private static List<object>? Parse(string path)
    {
        var steps = new List<object>();
        var at = 0;
        while (at < path.Length)
        {
            var match = Form().Match(path, at);
            if (!match.Success || (match.Groups["dot"].Success == (at == 0) && match.Groups["name"].Success)) return null;
            if (match.Groups["name"].Success) steps.Add(match.Groups["name"].Value);
            else if (match.Groups["key"].Success) steps.Add(match.Groups["key"].Value);
            else steps.Add(int.Parse(match.Groups["index"].Value, CultureInfo.InvariantCulture));
            at += match.Length;
        }

        return steps.Count > 0 ? steps : null;
    }

    [GeneratedRegex("""\G(?:(?<dot>\.)?(?<name>[A-Za-z_][A-Za-z0-9_-]*)|\['(?<key>[^']+)'\]|\["(?<key>[^"]+)"\]|\[(?<index>[0-9]{1,6})\])""", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
