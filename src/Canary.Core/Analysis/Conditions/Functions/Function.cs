using System;
using System.Collections.Generic;
using System.Globalization;
using Canary.Core.Analysis.Conditions.Values;

namespace Canary.Core.Analysis.Conditions.Functions;

/// <summary>A function of plain values.</summary>
/// <param name="Name">As it is called.</param>
/// <param name="Signature">Its arguments, for people: <c>split(text, separator[, most])</c>.</param>
/// <param name="Meaning">What it gives.</param>
/// <param name="MinArguments">Fewest arguments.</param>
/// <param name="MaxArguments">Most arguments.</param>
/// <param name="Apply">What it does.</param>
internal sealed record Function(
    string Name, string Signature, string Meaning, int MinArguments, int MaxArguments,
    Func<EvaluationState, IReadOnlyList<Value>, Value> Apply)
{
    public const int Any = int.MaxValue;

    /// <summary>It has an answer for an empty answer: <c>len</c> of it is 0. Others have none, since what is counted or summed of no series
    /// says nothing of any.</summary>
    public bool IsDefinedOnNothing { get; init; }

    /// <summary>It gives the same whenever it is called, so that a call with constants is tried when it is read.</summary>
    public bool IsConstant { get; init; } = true;

    public string ArgumentsShown => (MinArguments, MaxArguments) switch
    {
        (0, 0) => "no argument",
        (1, 1) => "one argument",
        (_, Any) => "one argument or more",
        var (least, most) when least == most => string.Create(CultureInfo.InvariantCulture, $"{least} arguments"),
        var (least, most) => string.Create(CultureInfo.InvariantCulture, $"{least} to {most} arguments"),
    };
}
