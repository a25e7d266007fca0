using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic;

/// <summary>An entry of a list that shares requests out, such as a backend of a rule.</summary>
/// <param name="Index">Where in the list; null: it is not there, and gets nothing.</param>
/// <param name="Entry">The whole member, as it was read; where it is not there, as it would be written.</param>
/// <param name="Title">For people: <c>checkout-canary:8080</c>.</param>
/// <param name="Written">The weight that is written; null: none is, or none that can be read.</param>
/// <param name="Parts">What it gets of the sum of all.</param>
internal sealed record WeightedEntry(int? Index, JsonObject Entry, string Title, long? Written, long Parts)
{
    /// <summary>The weight is written, and is none that the list allows.</summary>
    public bool IsWrong(WeightForm form) => Entry["weight"] is not null && !(Written >= 0 && Written <= form.Largest);

    /// <summary>An entry whose weight means what it says.</summary>
    public static WeightedEntry Read(int index, JsonObject entry, string title, WeightForm form) =>
        new(index, entry, title, Json.Whole(entry, "weight"), Json.Whole(entry, "weight") ?? form.Default);

    /// <summary>The entries of a list; what is none is passed over.</summary>
    public static IEnumerable<(int Index, JsonObject Entry)> Of(JsonNode? parent, params string[] list) =>
        (Json.Array(parent, list) ?? []).Select((entry, index) => (Index: index, Entry: entry as JsonObject))
            .Where(one => one.Entry is not null).Select(one => (one.Index, one.Entry!));

    /// <inheritdoc />
    public override string ToString() => Title;
}
