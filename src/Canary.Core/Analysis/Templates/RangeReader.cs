using System;
using Canary.Core.Analysis.Conditions;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Templates;

/// <summary>Reads <c>rangeQuery</c> of a template.</summary>
internal sealed class RangeReader(TemplateFieldReader fields)
{
    /// <summary>Points of a series that Prometheus gives in one answer.</summary>
    private const int MostPoints = 11_000;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public QueryRange Read(string at, RangeTemplate written)
    {
        var step = fields.Duration($"{at}.step", written.Step ?? "", Second) ?? Second;
        var range = (written.Start, written.End) is (null, null)
            ? new QueryRange(fields.Duration($"{at}.length", written.Length ?? "", Second) ?? Second, step)
            : Between(at, written, step);
        if (range.Length / step > MostPoints)
            fields.Refuse($"{at}.step",
                $"{GoDuration.Format(range.Length)} in steps of {GoDuration.Format(step)} is more than {MostPoints} points a series, "
                    + "which Prometheus refuses; take longer steps");
        return range;
    }

    private QueryRange Between(string at, RangeTemplate written, TimeSpan step)
    {
        if (written.Length is not null) fields.Refuse($"{at}.length", "start and end say it; give one or the other");
        var (start, end) = (fields.Text($"{at}.start", written.Start ?? ""), fields.Text($"{at}.end", written.End ?? "now()"));
        var (from, to) = (Time($"{at}.start", start), Time($"{at}.end", end));
        if (from is null || to is null) return new(Second, step);
        // The usual form: both are always as long before the evaluation, and so is the window that a measurement sees.
        if (from.Ago is { } first && to.Ago is { } last && last >= TimeSpan.Zero)
        {
            if (first - last >= Second) return new(first - last, step) { Offset = last };
            fields.Refuse($"{at}.start",
                $"it is {GoDuration.Format(first)} ago, and the end is {GoDuration.Format(last)} ago; the start lies at least 1s before "
                    + "the end");
            return new(Second, step);
        }

        if (IsNever(from, to))
            fields.Refuse($"{at}.start", $"\"{start}\" is never before the end \"{end}\"; the start lies at least 1s before the end");
        return new(TimeSpan.Zero, step) { Start = start, End = written.End is null ? null : end };
    }

    private TimeExpression? Time(string field, string? text)
    {
        if (text is null) return null;
        if (TimeExpression.Read(text, out var problem) is { } time) return time;
        fields.Refuse(field, problem);
        return null;
    }

    // Two fixed times, or two that move alike, have one order for ever; others change theirs with the time.
    private static bool IsNever(TimeExpression from, TimeExpression to)
    {
        var (early, late) =
            (new DateTimeOffset(2001, 1, 1, 0, 37, 11, TimeSpan.Zero), new DateTimeOffset(2101, 1, 1, 0, 41, 13, TimeSpan.Zero));
        return from.At(early, out _) >= to.At(early, out _) && from.At(late, out _) >= to.At(late, out _);
    }
}
