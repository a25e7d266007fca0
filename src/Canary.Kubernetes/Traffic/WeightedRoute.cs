using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Units;

namespace Canary.Kubernetes.Traffic;

/// <summary>A route that shares requests out by weights, with the entries of the two sides in it.</summary>
/// <param name="Form">How it does.</param>
/// <param name="Pointer">JSON pointer of what has the list: <c>/spec/rules/0</c>.</param>
/// <param name="Index">Where in its own list.</param>
/// <param name="Name">Null where it has none.</param>
/// <param name="Title">For people: <c>primary</c>, or <c>rules[0]</c>.</param>
/// <param name="Entries">All of them, those of others too.</param>
/// <param name="First">The entry of the side that the Rollout names stable.</param>
/// <param name="Second">The entry of the side that the Rollout names canary.</param>
internal sealed record WeightedRoute(WeightForm Form, string Pointer, int Index, string? Name, string Title,
    IReadOnlyList<WeightedEntry> Entries, WeightedEntry First, WeightedEntry Second)
{
    /// <summary>The unit that is written behind each weight; null: they are numbers.</summary>
    public string? Unit { get; init; }

    /// <summary>Nothing but its place in a list tells it from others.</summary>
    public bool IsPlaceAlone { get; init; } = Name is null;

    /// <summary>The entries of the sides differ in nothing but name and weight, so that one can come back as a copy of the other.</summary>
    public bool AreAlike { get; init; } = true;

    /// <summary>What both sides have together.</summary>
    public long Budget => First.Parts + Second.Parts;

    /// <summary>JSON pointer of the list.</summary>
    public string ListPointer => $"{Pointer}/{Form.List}";

    /// <summary>The share of the canary's side, as the numbers say it.</summary>
    public Weight Share => Weight.FromBasisPoints((int)(((Second.Parts * 20_000) + Budget) / (2 * Budget)));

    /// <summary>The share as the rollout knows it: weights that are what would be written for a weight it wants, or wanted, are that
    /// weight, whatever was rounded.</summary>
    public Weight ShareAs(IEnumerable<Weight> known) => known.Where(IsShowing).Select(weight => (Weight?)weight).FirstOrDefault() ?? Share;

    /// <summary>Do the requests go as they shall? A weight that is not written counts as what it means.</summary>
    public bool IsShowing(Weight second) => Entries.Select(entry => entry.Parts).SequenceEqual(RouteWeights.Share(this, second));

    /// <summary>Is nothing to be written for this share?</summary>
    public bool IsWritten(Weight second) => IsShowing(second) && LeftOver is null;

    /// <summary>The entry of a side that gets nothing, and is to go; null: there is none. One that differs from the other side's stays: it
    /// would come back as a copy of that, and go to a port that its Service may not have.</summary>
    public WeightedEntry? LeftOver => Form.DropsEmpty && AreAlike ? IsEmpty(First) ? First : IsEmpty(Second) ? Second : null : null;

    /// <summary>A weight as it is written.</summary>
    public JsonNode Write(long weight) => Unit is null ? JsonValue.Create(weight) : JsonValue.Create(weight + Unit);

    /// <summary>What is to be written for a share, entry by entry.</summary>
    public IEnumerable<EntryEdit> Edits(Weight second)
    {
        var weights = RouteWeights.Share(this, second);
        var (leaving, arriving) = ((int?)null, (EntryEdit?)null);
        foreach (var (entry, weight) in Entries.Zip(weights))
        {
            var isSide = entry == First || entry == Second;
            if (entry.Index is not { } at)
            {
                if (weight > 0) arriving = new EntryEdit(PlaceOf(entry), weight, entry.Entry);
                continue;
            }

            if (Form.DropsEmpty && isSide && weight == 0 && (AreAlike || !IsEmpty(entry))) leaving = at;
            // Of both sides the weight is written out: one that is left out is a share of its own for whoever applies the object again.
            else if ((entry.Written ?? Form.Default) != weight || (isSide && entry.Written is null)) yield return new EntryEdit(at, weight);
        }

        if (leaving is { } left) yield return new EntryEdit(left, null);
        if (arriving is not null) yield return leaving is { } place ? arriving with { Index = place } : arriving;
    }

    private static bool IsEmpty(WeightedEntry side) => side is { Index: not null, Parts: 0 };

    // The sides stand together, in their order.
    private int PlaceOf(WeightedEntry side) => side == First ? Second.Index ?? 0 : (First.Index ?? -1) + 1;
}

/// <summary>What is to be written into a list of entries.</summary>
/// <param name="Index">Where.</param>
/// <param name="Weight">The weight of the entry; null: the entry is to go.</param>
/// <param name="Inserted">The entry is not there yet, and is like this; null: it is.</param>
internal sealed record EntryEdit(int Index, long? Weight, JsonObject? Inserted = null);
