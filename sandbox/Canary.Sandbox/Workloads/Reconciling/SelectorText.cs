using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.Sandbox.Workloads.Reconciling;

/// <summary>The label selector of a workload as a list request takes it.</summary>
internal static class SelectorText
{
    public static string Build(JsonNode? selector)
    {
        var parts = new List<string>(selector.TextsAt("matchLabels").Select(label => $"{label.Key}={label.Value}"));
        foreach (var expression in selector.ItemsAt("matchExpressions"))
        {
            var values = expression.At("values") is JsonArray texts ? string.Join(',', texts.Select(text => text!.GetValue<string>())) : "";
            parts.Add(expression.TextAt("operator") switch
            {
                "In" => $"{expression.TextAt("key")} in ({values})",
                "NotIn" => $"{expression.TextAt("key")} notin ({values})",
                "Exists" => $"{expression.TextAt("key")}",
                _ => $"!{expression.TextAt("key")}",
            });
        }

        return string.Join(',', parts);
    }
}
