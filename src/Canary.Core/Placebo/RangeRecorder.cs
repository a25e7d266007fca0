using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Statistics;
using Canary.Core.Units;

namespace Canary.Core.Placebo;

/// <summary>Keeps the range of a metric at some times of a rollout.</summary>
/// <param name="marks">The times since the start of the rollout, ascending.</param>
internal sealed class RangeRecorder(EquatableArray<TimeSpan> marks)
{
    private readonly List<RatioRange> _over = new(marks.Count);
    private RatioRange _last = RatioRange.All;
    private bool _hasExcludedOne;

    /// <summary>Adds a look.</summary>
    /// <param name="after">Time since the start of the rollout, not before that of the look before.</param>
    /// <param name="look">What it found; null: nothing was counted.</param>
    public void Add(TimeSpan after, Measurement? look)
    {
        while (_over.Count < marks.Count && marks[_over.Count] < after) _over.Add(_last);
        // A look that failed knows no more and no less.
        if (look is not { Odds: not null }) return;
        _last = look.Ratio ?? RatioRange.All;
        _hasExcludedOne |= !_last.Contains(1);
    }

    /// <summary>What was kept.</summary>
    public PlaceboRanges Read() =>
        new(_last, _hasExcludedOne, [.. _over, .. Enumerable.Repeat(_last, marks.Count - _over.Count)]);
}
