using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Red;

/// <summary>How the raw counters of a preset are read: which series count failures, and which bound a bucket has.</summary>
internal sealed class RedCounters
{
    private readonly LabelMatcher[] _matchers;
    private readonly bool _areGood;

    public RedCounters(RedSeries series)
    {
        _areGood = series.Good is not null;
        _matchers = LabelMatcher.Parse(series.Good ?? series.Failed);
        Unit = series.IsInSeconds ? 1000 : 1;
    }

    /// <summary>Milliseconds of one unit of the histogram.</summary>
    public double Unit { get; }

    /// <summary>The series counts requests that failed.</summary>
    public bool IsFailure(EquatableArray<Label> labels) => LabelMatcher.AllHold(_matchers, labels) != _areGood;

    /// <summary>Upper bound of a bucket in milliseconds; NaN where it has none that can be read.</summary>
    public double Bound(EquatableArray<Label> labels)
    {
        foreach (var label in labels)
        {
            if (label.Name != "le") continue;
            if (label.Value == "+Inf") return double.PositiveInfinity;
            return double.TryParse(label.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var bound)
                ? Math.Round(bound * Unit, 6) : double.NaN;
        }

        return double.NaN;
    }

    /// <summary>The matcher for the buckets of these bounds and the last one. Prometheus 3 writes a whole number as <c>1.0</c>, older ones
    /// as <c>1</c>.</summary>
    public string Buckets(IReadOnlyList<double> bounds)
    {
        var values = bounds.Select(bound => (bound / Unit).ToString("0.######", CultureInfo.InvariantCulture))
            .Select(text => text.Contains('.', StringComparison.Ordinal) ? RedMatch.Literal(text) : $@"{text}(\.0)?");
        return new RedMatch("le", string.Join('|', values.Append(RedMatch.Literal("+Inf"))), true).ToString();
    }
}
