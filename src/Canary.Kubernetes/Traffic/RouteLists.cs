using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Traffic;

/// <summary>Lists of routes among which some are Canary's own.</summary>
internal static class RouteLists
{
    /// <summary>Is the list like this?</summary>
    public static bool AreSame(JsonArray list, IReadOnlyList<JsonNode?> wanted) =>
        list.Count == wanted.Count && list.Zip(wanted).All(pair => ReferenceEquals(pair.First, pair.Second)
            || JsonNode.DeepEquals(pair.First, pair.Second));

    /// <summary>The operations that leave the user's routes where they are: first all of Canary's own go, from the end, then each comes to
    /// its place, from the beginning.</summary>
    /// <param name="path">Of the list.</param>
    /// <param name="list">As it is.</param>
    /// <param name="wanted">As it is to be.</param>
    /// <param name="isManaged">The route is Canary's own.</param>
    public static IEnumerable<JsonObject> Move(string path, JsonArray list, IReadOnlyList<JsonNode?> wanted,
        Func<JsonNode?, bool> isManaged)
    {
        for (var index = list.Count - 1; index >= 0; index--)
        {
            if (isManaged(list[index])) yield return JsonPatchText.Remove($"{path}/{index}");
        }

        for (var index = 0; index < wanted.Count; index++)
        {
            if (isManaged(wanted[index])) yield return JsonPatchText.Add($"{path}/{index}", wanted[index]);
        }
    }
}
