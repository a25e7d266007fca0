using System;
using System.Collections.Generic;

namespace Canary.Core.Units;

/// <summary>Makes an <see cref="EquatableArray{T}"/>.</summary>
public static class EquatableArrays
{
    /// <summary>The list of these members; what a collection expression calls.</summary>
    public static EquatableArray<T> Create<T>(ReadOnlySpan<T> items) => new([.. items]);

    /// <summary>The list of these members.</summary>
    public static EquatableArray<T> ToEquatableArray<T>(this IEnumerable<T> items) => new([.. items]);
}
