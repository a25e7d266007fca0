using System;
using Canary.Core.Analysis.Conditions.Syntax;
using Canary.Core.Analysis.Conditions.Values;

namespace Canary.Core.Analysis.Conditions.Evaluation;

/// <summary>Operators and methods of times and durations.</summary>
internal static class TimeCalculation
{
    /// <returns>Null: these are no times.</returns>
    public static Value? Calculate(BinaryOperator symbol, Value left, Value right) => Guarded(() => (symbol, left, right) switch
    {
        (BinaryOperator.Add, Value.Time at, Value.Duration length) => new Value.Time(at.At + length.Length),
        (BinaryOperator.Add, Value.Duration length, Value.Time at) => new Value.Time(at.At + length.Length),
        (BinaryOperator.Add, Value.Duration one, Value.Duration other) => new Value.Duration(one.Length + other.Length),
        (BinaryOperator.Subtract, Value.Time one, Value.Time other) => new Value.Duration(one.At - other.At),
        (BinaryOperator.Subtract, Value.Time at, Value.Duration length) => new Value.Time(at.At - length.Length),
        (BinaryOperator.Subtract, Value.Duration one, Value.Duration other) => new Value.Duration(one.Length - other.Length),
        (BinaryOperator.Multiply, Value.Duration length, Value.Integer or Value.Number) =>
            new Value.Duration(length.Length * Equality.Amount(right)),
        (BinaryOperator.Multiply, Value.Integer or Value.Number, Value.Duration length) =>
            new Value.Duration(length.Length * Equality.Amount(left)),
        _ => (Value?)null,
    });

    public static Value Call(Value target, TimeMethod method, Value[] arguments) => Guarded(() => (target, arguments) switch
    {
        (Value.Time time, []) => Ask(time.At, method),
        (Value.Time time, [Value.Duration length]) when method == TimeMethod.Add => new Value.Time(time.At + length.Length),
        (Value.Time time, [Value.Duration { Length.Ticks: > 0 } step]) when method == TimeMethod.Truncate =>
            new Value.Time(new DateTimeOffset(time.At.Ticks - (time.At.Ticks % step.Length.Ticks), time.At.Offset)),
        (Value.Time time, [Value.Time other]) => Ask(time.At, method, other.At),
        (Value.Time time, [Value.Zone]) when method == TimeMethod.In => new Value.Time(time.At.ToUniversalTime()),
        (Value.Time time, [Value.Text layout]) when method == TimeMethod.Format => new Value.Text(GoLayout.Write(time.At, layout.Content)),
        (Value.Time time, [Value.Integer years, Value.Integer months, Value.Integer days]) when method == TimeMethod.AddDate =>
            new Value.Time(time.At.AddYears((int)years.Amount).AddMonths((int)months.Amount).AddDays(days.Amount)),
        (Value.Duration duration, []) => Ask(duration, method),
        (Value.Zone, []) when method == TimeMethod.String => new Value.Text("UTC"),
        _ => null,
    }) ?? throw new EvaluationException($"{target.Kind} ({target}) has no method {method} with {arguments.Length} such arguments");

    private static Value? Ask(DateTimeOffset at, TimeMethod method) => method switch
    {
        TimeMethod.Year => new Value.Integer(at.Year),
        TimeMethod.Month => new Value.Integer(at.Month),
        TimeMethod.Day => new Value.Integer(at.Day),
        TimeMethod.Hour => new Value.Integer(at.Hour),
        TimeMethod.Minute => new Value.Integer(at.Minute),
        TimeMethod.Second => new Value.Integer(at.Second),
        TimeMethod.Weekday => new Value.Integer((int)at.DayOfWeek),
        TimeMethod.YearDay => new Value.Integer(at.DayOfYear),
        TimeMethod.Unix => new Value.Integer(at.ToUnixTimeSeconds()),
        TimeMethod.UnixMilli => new Value.Integer(at.ToUnixTimeMilliseconds()),
        TimeMethod.UTC => new Value.Time(at.ToUniversalTime()),
        TimeMethod.String => new Value.Text(GoText.Format(new Value.Time(at))),
        _ => null,
    };

    private static Value? Ask(DateTimeOffset at, TimeMethod method, DateTimeOffset other) => method switch
    {
        TimeMethod.Sub => new Value.Duration(at - other),
        TimeMethod.Before => new Value.Bool(at < other),
        TimeMethod.After => new Value.Bool(at > other),
        TimeMethod.Equal => new Value.Bool(at == other),
        _ => null,
    };

    private static Value? Ask(Value.Duration duration, TimeMethod method) => method switch
    {
        TimeMethod.Hours => new Value.Number(duration.Length.TotalHours),
        TimeMethod.Minutes => new Value.Number(duration.Length.TotalMinutes),
        TimeMethod.Seconds => new Value.Number(duration.Length.TotalSeconds),
        TimeMethod.Milliseconds => new Value.Integer((long)duration.Length.TotalMilliseconds),
        TimeMethod.String => new Value.Text(GoText.Format(duration)),
        _ => null,
    };

    private static Value? Guarded(Func<Value?> calculate)
    {
        try
        {
            return calculate();
        }
        catch (Exception wrong) when (wrong is ArgumentException or OverflowException)
        {
            throw new EvaluationException("a time or a duration is out of range");
        }
    }
}
