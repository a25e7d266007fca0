using System;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Answers;

/// <summary>What a metric source answered.</summary>
public abstract record MetricAnswer
{
    private MetricAnswer() { }

    /// <summary>Series with one value each, in the order of the answer; empty: the query holds for no series. A value may be NaN or
    /// infinite.</summary>
    public sealed record Vector(EquatableArray<Sample> Samples, EquatableArray<string> Warnings) : MetricAnswer;

    /// <summary>One number without labels; may be NaN or infinite.</summary>
    public sealed record Scalar(double Value, EquatableArray<string> Warnings) : MetricAnswer;

    /// <summary>Series with values over time.</summary>
    public sealed record Matrix(EquatableArray<Series> Series, EquatableArray<string> Warnings) : MetricAnswer;

    /// <summary>A string, which no condition on numbers can use.</summary>
    public sealed record Text(string Value) : MetricAnswer;

    /// <summary>No answer, or one that cannot be used: never 0, never NaN, never false.</summary>
    /// <param name="Reason">What happened, for a person: the object, what was asked, what came back.</param>
    public sealed record Faulted(string Reason) : MetricAnswer
    {
        /// <summary>What is asked is wrong, so that asking again brings the same: a query that cannot be read, credentials that are not
        /// accepted. False: an outage, which ends by itself.</summary>
        public bool IsRefusal { get; init; }

        /// <summary>The server does not know a function or the syntax of the query, whoever asks and whatever it holds. False: any other
        /// reason.</summary>
        public bool IsParseError { get; init; }
    }
}

/// <summary>A label of a series.</summary>
public readonly record struct Label(string Name, string Value);

/// <summary>A value at a time.</summary>
public readonly record struct Point(DateTimeOffset At, double Value);

/// <summary>One series of an instant answer.</summary>
public sealed record Sample(EquatableArray<Label> Labels, double Value)
{
    /// <summary>The native histogram that stands in the place of a value, which is NaN then; null: it is a value.</summary>
    public NativeHistogram? Histogram { get; init; }
}

/// <summary>One series of a range answer.</summary>
public sealed record Series(EquatableArray<Label> Labels, EquatableArray<Point> Points)
{
    /// <summary>Its native histograms over time; empty: it has values alone.</summary>
    public EquatableArray<HistogramPoint> Histograms { get; init; } = [];
}
