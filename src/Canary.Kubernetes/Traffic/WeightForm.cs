namespace Canary.Kubernetes.Traffic;

/// <summary>How a router writes shares: a list of entries with whole numbers, of which each gets its part of their sum.</summary>
/// <param name="Route">What has such a list, for people: <c>rule</c>.</param>
/// <param name="Entry">What an entry is, for people: <c>backend</c>.</param>
/// <param name="List">The field of the list: <c>backendRefs</c>.</param>
/// <param name="Default">What an entry without a weight means.</param>
internal sealed record WeightForm(string Route, string Entry, string List, long Default)
{
    /// <summary>The largest weight of an entry. Default 2147483647.</summary>
    public long Largest { get; init; } = int.MaxValue;

    /// <summary>The largest sum of the weights of a list. Default 2147483647.</summary>
    public long LargestSum { get; init; } = int.MaxValue;

    /// <summary>A sum of 100 is kept where shares of whole percent can be rounded to it.</summary>
    public bool KeepsHundred { get; init; }

    /// <summary>Where larger numbers do not fit, smaller ones of the same proportions are written; false: the share is rounded.</summary>
    public bool Reduces { get; init; } = true;

    /// <summary>The member of an entry that says where its requests go, and is tested beside its weight; null: the whole entry is
    /// tested.</summary>
    public string? Identity { get; init; }

    /// <summary>An entry of a side is there only while it gets requests.</summary>
    public bool DropsEmpty { get; init; }
}
