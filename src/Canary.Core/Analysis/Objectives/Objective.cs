using System;

namespace Canary.Core.Analysis.Objectives;

/// <summary><c>compare.with: objective</c>: the canary is held against a service level objective, and not against stable.</summary>
/// <param name="Target">Share of the requests that must be good. From 0.5 and below 1.</param>
/// <param name="BurnRate">How many times as fast as the objective allows the error budget may burn for a while. From 1; with it, at most
/// nine of ten requests may fail.</param>
public sealed record Objective(double Target, double BurnRate)
{
    /// <summary>Least <see cref="Target"/>.</summary>
    public const double LeastTarget = 0.5;

    /// <summary>Most <see cref="Target"/>: one error in a million requests.</summary>
    public const double MostTarget = 0.999999;

    /// <summary>The largest share of bad requests that <see cref="BurnRate"/> may lead to.</summary>
    public const double MostRate = 0.9;

    /// <summary>Default of <see cref="BurnRate"/>, where the objective leaves room for it.</summary>
    public const double DefaultBurnRate = 2;

    /// <summary>Share of the requests that may fail: the error budget. Of 0.999 it is 0.001, without the digits that a difference of
    /// doubles has too many.</summary>
    public double Allowed => Math.Round(1 - Target, 12);

    /// <summary>Share of the requests that may fail for a while.</summary>
    public double AllowedForAWhile => Math.Min(MostRate, Allowed * BurnRate);

    /// <summary>The default of <see cref="BurnRate"/> for a target.</summary>
    public static double FindBurnRate(double target) => (1 - target) * DefaultBurnRate <= MostRate ? DefaultBurnRate : 1;
}
