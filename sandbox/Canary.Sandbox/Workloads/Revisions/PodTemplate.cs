using System;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.Sandbox.Workloads.Revisions;

/// <summary>Compares and names pod templates as the controllers of Kubernetes do.</summary>
internal static class PodTemplate
{
    public const string HashLabel = "pod-template-hash";

    // The alphabet of Kubernetes' generated names: no vowels, no 0, 1 and 3.
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>Short name of a template. It differs from the one that Kubernetes would give, which hashes a Go value.</summary>
    public static string HashOf(JsonNode? template, int collisions)
    {
        var hash = StableHash.Compute(
            Canonical(template)!.ToJsonString() + (collisions == 0 ? "" : collisions.ToString(CultureInfo.InvariantCulture)));
        return string.Concat(hash.ToString(CultureInfo.InvariantCulture).Select(digit => Alphabet[digit % Alphabet.Length]));
    }

    /// <summary>True when two templates make the same pods: the label with the hash does not count, nor does a null.</summary>
    public static bool AreEqual(JsonNode? left, JsonNode? right) => JsonNode.DeepEquals(Canonical(left), Canonical(right));

    /// <summary>Members in order of their names, without nulls and empty maps, without the hash.</summary>
    private static JsonNode? Canonical(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members
            .Where(member => member.Value is not null and not JsonObject { Count: 0 } && member.Key != HashLabel)
            .OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => new System.Collections.Generic.KeyValuePair<string, JsonNode?>(member.Key, Canonical(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Canonical)]),
        _ => node?.DeepClone(),
    };
}
