using System;
using System.Globalization;
using System.Linq;
using Canary.Core.Units;

namespace Canary.JudgeBenchmark.Worlds;

/// <summary>Weights of the canary, in percent, each for an equal part of the rollout's hour.</summary>
internal sealed record Schedule(EquatableArray<int> Percents)
{
    /// <summary>5, 10, 20, 30, 40, 50: ten minutes each.</summary>
    public static readonly Schedule Ramp = new([5, 10, 20, 30, 40, 50]);

    /// <summary>1, 5, 25, 50: a quarter of an hour each.</summary>
    public static readonly Schedule SteepRamp = new([1, 5, 25, 50]);

    public static Schedule Constant(int percent) => new([percent]);

    /// <summary>Milliseconds that one weight lasts.</summary>
    public int StepLength => Clock.Length / Percents.Count;

    /// <summary>The step that is in force from this time on.</summary>
    public int StepAt(int milliseconds) => Math.Clamp(milliseconds / StepLength, 0, Percents.Count - 1);

    public double WeightAt(int milliseconds) => Percents[StepAt(milliseconds)] / 100.0;

    public override string ToString() => Percents.Count == 1
        ? string.Create(CultureInfo.InvariantCulture, $"{Percents[0]} %")
        : $"ramp {string.Join('-', Percents.Select(percent => percent.ToString(CultureInfo.InvariantCulture)))} %";
}
