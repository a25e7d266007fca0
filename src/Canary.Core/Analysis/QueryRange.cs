using System;

namespace Canary.Core.Analysis;

/// <summary>A range query: from <paramref name="Length"/> before its end to its end.</summary>
public sealed record QueryRange(TimeSpan Length, TimeSpan Step)
{
    /// <summary>How long before the evaluation time it ends. Default 0.</summary>
    public TimeSpan Offset { get; init; }
}
