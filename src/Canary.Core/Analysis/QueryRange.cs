using System;
using Canary.Core.Analysis.Conditions;

namespace Canary.Core.Analysis;

/// <summary>A range query: from <paramref name="Length"/> before its end to its end.</summary>
public sealed record QueryRange(TimeSpan Length, TimeSpan Step)
{
    /// <summary>How long before the evaluation time it ends. Default 0.</summary>
    public TimeSpan Offset { get; init; }

    /// <summary>Where it starts, as a <see cref="TimeExpression"/>, where that is not always as long before the evaluation; null:
    /// <see cref="Length"/> says it.</summary>
    public string? Start { get; init; }

    /// <summary>Where it ends, beside <see cref="Start"/>; null: at the evaluation time.</summary>
    public string? End { get; init; }

    /// <summary>Its start and its end; null: it has none at this time.</summary>
    /// <param name="now">Evaluation time. UTC.</param>
    /// <param name="problem">Why there is none; empty where there is one.</param>
    public (DateTimeOffset From, DateTimeOffset To)? At(DateTimeOffset now, out string problem)
    {
        problem = "";
        if (Start is null) return (now - Offset - Length, now - Offset);
        if (TimeExpression.Read(Start, out problem)?.At(now, out problem) is not { } from) return null;
        var to = now;
        if (End is not null)
        {
            if (TimeExpression.Read(End, out problem)?.At(now, out problem) is not { } end) return null;
            to = end;
        }

        if (from < to) return (from, to);
        problem = $"the range starts at {from:O}, which is not before its end at {to:O}";
        return null;
    }
}
