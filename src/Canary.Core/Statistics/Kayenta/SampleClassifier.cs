using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Canary.Core.Statistics.Kayenta;

/// <summary>Compares the points of one metric between the arms as Kayenta's judge does.</summary>
/// <remarks>
/// Source: Kayenta, NetflixACAJudge-v1.0. Two things differ: the noise on two constant arms is not random, and a comparison that cannot be
/// made keeps a critical metric critical, since a failure of the judge must not pass. Bounds are found to 1e-4 of the values' own unit:
/// give percent, counts or milliseconds, never fractions. Of counts that mostly are 0 it says little, and what it says may hang on that
/// tolerance. One look has 98 percent confidence; many looks have no bound on how often they err together.
/// </remarks>
public static class SampleClassifier
{
    private const double Confidence = 0.98;

    /// <summary>The part of the estimated difference that its near bound has to exceed.</summary>
    private const double Tolerance = 0.25;

    /// <summary>What the points of the canary say against those of stable.</summary>
    /// <param name="how">The comparison.</param>
    /// <param name="canary">The canary's points, NaN where there is no value; any order.</param>
    /// <param name="stable">Stable's points, NaN where there is no value; any order, and not necessarily as many.</param>
    /// <returns><see cref="Classification.Error"/> where a value is infinite or all values are tied under some shift.</returns>
    public static ClassifiedSample Classify(SampleComparison how, IReadOnlyList<double> canary, IReadOnlyList<double> stable)
    {
        var (x, y) = (Prepared(how, canary), Prepared(how, stable));

        // The order is Kayenta's, and the first that applies decides.
        if (x.Length == 0 || y.Length == 0) return WithoutValues(how, x.Length == 0, y.Length == 0);
        if (x.AsSpan().SequenceEqual(y)) return Uncompared(Classification.Pass, false, "the arms have the same values");
        if (IsConstant(x) && IsConstant(y) && x[0] == y[0])
            return Uncompared(Classification.Pass, false,
                string.Create(CultureInfo.InvariantCulture, $"every value of both arms is {x[0]:G6}"));
        if (x.Concat(y).Any(value => !double.IsFinite(value))) return Failed(how, MeanRatio(x, y), "a value is infinite");

        var ratio = MeanRatio(x, y);
        // The noise is for the shift alone: the effect is that of the values as they are.
        var ranks = IsConstant(x) && IsConstant(y) ? new MannWhitney(ConstantNoise.On(x), ConstantNoise.On(y)) : new MannWhitney(x, y);
        if (ranks.Shift(Confidence) is not { } shift)
            return Failed(how, ratio, "all values are equal once the arms are shifted onto each other, so there is no scale to compare by");
        var effect = how.Effect switch
        {
            EffectMeasure.MeanRatio => ratio,
            EffectMeasure.Cles => new MannWhitney(x, y).Superiority(),
        };
        var found = Compared(how, shift, effect);
        return new(found, IsCritical(how, found, effect), ratio, shift.Estimate, shift.Low, shift.High, Wording(found, shift, ratio));
    }

    /// <summary>So many points can show a difference at the confidence that is asked for: five of each side, or more where the other has
    /// fewer. Kayenta finds one in fewer all the same, where no value of one arm is among the other's.</summary>
    internal static bool CanShow(SampleComparison how, IReadOnlyList<double> canary, IReadOnlyList<double> stable) =>
        (Prepared(how, canary).Length, Prepared(how, stable).Length) is ( > 0 and var m, > 0 and var n)
        && MannWhitney.CanShow(m, n, Confidence);

    /// <summary>What a shift of the canary and the size of its effect mean; higher is asked for first.</summary>
    internal static Classification Compared(SampleComparison how, ShiftInterval shift, double effect)
    {
        var bound = Tolerance * Math.Abs(shift.Estimate);
        return how.Direction is not ShiftDirection.Decrease && shift.Low > bound && IsUp(how, effect, how.AllowedIncrease)
            ? Classification.High
            : how.Direction is not ShiftDirection.Increase && shift.High < -bound && IsDown(how, effect, how.AllowedDecrease)
            ? Classification.Low
            : Classification.Pass;
    }

    /// <summary>That a finding fails the whole comparison. An effect without a value is large enough here too: a canary with errors against
    /// a stable without any is where it has none.</summary>
    internal static bool IsCritical(SampleComparison how, Classification found, double effect) => how.IsCritical && found switch
    {
        Classification.High => IsUp(how, effect, how.CriticalIncrease),
        Classification.Low => IsDown(how, effect, how.CriticalDecrease),
        Classification.Nodata or Classification.Error => true,
        Classification.Pass or Classification.NodataFail => false,
    };

    private static bool IsUp(SampleComparison how, double effect, double? limit) =>
        double.IsNaN(effect) || effect >= (limit ?? Even(how.Effect));

    private static bool IsDown(SampleComparison how, double effect, double? limit) =>
        double.IsNaN(effect) || effect <= (limit ?? Even(how.Effect));

    private static double Even(EffectMeasure measure) => measure switch
    {
        EffectMeasure.MeanRatio => 1,
        EffectMeasure.Cles => 0.5,
    };

    /// <summary>The values in ascending order, after points without a value and outliers are seen to.</summary>
    private static double[] Prepared(SampleComparison how, IReadOnlyList<double> points)
    {
        var values = how.Missing switch
        {
            MissingValues.Remove => points.Where(point => !double.IsNaN(point)),
            MissingValues.Replace => points.Select(point => double.IsNaN(point) ? 0 : point),
        };
        double[] sorted = [.. values.Order()];
        return how.Outliers switch
        {
            OutlierTreatment.Keep => sorted,
            OutlierTreatment.Remove => sorted.Length == 0 ? sorted : OutlierFence.Of(sorted, how.OutlierFactor).Inside(sorted),
        };
    }

    private static ClassifiedSample WithoutValues(SampleComparison how, bool isCanary, bool isStable)
    {
        var reason = (isCanary, isStable) switch
        {
            (true, true) => "neither arm has a value",
            (true, false) => "the canary has no value",
            _ => "stable has no value",
        };
        return (how.Missing, how.MustHaveValues && !how.IsCritical) switch
        {
            (MissingValues.Replace, _) => Uncompared(Classification.Pass, false, $"{reason}, which stands for 0 here"),
            (MissingValues.Remove, true) => Uncompared(Classification.NodataFail, false, $"{reason}, and it must have some"),
            (MissingValues.Remove, false) => Uncompared(Classification.Nodata, IsCritical(how, Classification.Nodata, double.NaN), reason),
        };
    }

    private static ClassifiedSample Failed(SampleComparison how, double ratio, string reason) =>
        new(Classification.Error, IsCritical(how, Classification.Error, double.NaN), ratio, double.NaN, double.NaN, double.NaN,
            $"the arms cannot be compared: {reason}");

    private static ClassifiedSample Uncompared(Classification found, bool isCriticalFailure, string reason) =>
        new(found, isCriticalFailure, 1, double.NaN, double.NaN, double.NaN, reason);

    private static string Wording(Classification found, ShiftInterval shift, double ratio)
    {
        var mean = double.IsNaN(ratio)
            ? "the mean of an arm is 0"
            : string.Create(CultureInfo.InvariantCulture, $"its mean is {ratio:0.###} times stable's");
        var finding = found switch
        {
            Classification.High => "the canary is higher",
            Classification.Low => "the canary is lower",
            Classification.Pass or Classification.Nodata or Classification.NodataFail or Classification.Error =>
                "no difference that counts",
        };
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{finding}: {shift.Estimate:+0.####;-0.####;0} on the whole, {shift.Low:+0.####;-0.####;0} to "
                + $"{shift.High:+0.####;-0.####;0} at 98 % confidence; {mean}");
    }

    private static double MeanRatio(double[] x, double[] y) =>
        (x.Average(), y.Average()) is var (canary, stable) && canary != 0 && stable != 0 ? canary / stable : double.NaN;

    private static bool IsConstant(double[] sorted) => sorted[0] == sorted[^1];
}
