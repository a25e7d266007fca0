using System;
using System.Collections.Generic;
using System.Linq;

namespace Canary.Core.Analysis.Conditions.Syntax;

/// <summary>Functions that ask a closure about each member of a list.</summary>
internal enum ClosureKind
{
    All,
    Any,
    None,
    One,
    Filter,
    Map,
    Count,
    Sum,
    Find,
    FindIndex,
    FindLast,
    FindLastIndex,
    GroupBy,
    SortBy,
    Reduce,
}

/// <summary>The names of the functions that take a closure, and what they take beside it.</summary>
internal static class ClosureKinds
{
    private static readonly Dictionary<string, ClosureKind> ByName = Enum.GetValues<ClosureKind>().ToDictionary(NameOf);

    public static IEnumerable<string> Names => ByName.Keys;

    public static ClosureKind? Find(string name) => ByName.TryGetValue(name, out var kind) ? kind : null;

    public static string NameOf(ClosureKind kind) => char.ToLowerInvariant(kind.ToString()[0]) + kind.ToString()[1..];

    /// <summary>The closure may be left out.</summary>
    public static bool MayLackClosure(ClosureKind kind) => kind is ClosureKind.Count or ClosureKind.Sum;

    /// <summary>Behind the closure a value may stand: the order, or the first <c>#acc</c>.</summary>
    public static bool TakesExtra(ClosureKind kind) => kind is ClosureKind.SortBy or ClosureKind.Reduce;

    /// <summary>The closure may ask for <c>#index</c>.</summary>
    public static bool KnowsIndex(ClosureKind kind) => kind is ClosureKind.Map or ClosureKind.Reduce;
}
