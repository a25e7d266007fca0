using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace Canary.Cli.Reading;

/// <summary>The selector of a Deployment as a query has it.</summary>
internal static class PodSelector
{
    /// <summary>As <c>app=checkout,track in (stable,next)</c>; null: it selects nothing.</summary>
    public static string? Find(JsonObject deployment)
    {
        var selector = deployment["spec"]?["selector"];
        string[] parts =
        [
            .. (selector?["matchLabels"] as JsonObject ?? []).Select(label => $"{label.Key}={label.Value}"),
            .. (selector?["matchExpressions"] as JsonArray ?? []).OfType<JsonObject>().Select(Write),
        ];
        return parts.Length == 0 ? null : string.Join(',', parts);
    }

    private static string Write(JsonObject expression)
    {
        var values = string.Join(',', (IEnumerable<JsonNode?>?)(expression["values"] as JsonArray) ?? []);
        return (string?)expression["operator"] switch
        {
            "In" => $"{expression["key"]} in ({values})",
            "NotIn" => $"{expression["key"]} notin ({values})",
            "DoesNotExist" => $"!{expression["key"]}",
            _ => $"{expression["key"]}",
        };
    }
}
