using System;
using System.Collections.Generic;
using Canary.Core.Statistics.Kayenta;
using Canary.JudgeBenchmark.Reading;
using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Judges;

/// <summary>What Kayenta makes of all minutes up to a look. It is remembered for the look, since several judges ask, and it is
/// slow.</summary>
internal sealed class KayentaClassification(MinuteReading minute)
{
    private const int LooksInAMinute = 2;
    private const double PartsPerMillion = 1e6;

    private static readonly SampleComparison How = new() { Direction = ShiftDirection.Increase, IsCritical = true };

    private (World? World, int Run, int Look, bool Passes) _last;

    public bool Passes(World world, int look)
    {
        if (!ReferenceEquals(world, _last.World) || (world.Run, look) != (_last.Run, _last.Look))
            _last = (world, world.Run, look, Judge(world, look));
        return _last.Passes;
    }

    // Its root finder has an absolute tolerance of 1e-4, so that shares are given in parts per million.
    private bool Judge(World world, int look) =>
        Passes(world, look, (arm, at) => minute.ErrorShare(world, arm, at) * PartsPerMillion ?? double.NaN)
        && (!world.Cell.HasDurations || Passes(world, look, (arm, at) => minute.SlowestPercent(world, arm, at)));

    // One critical metric: High is a score of zero, and so is no data; an error of the classification leaves nothing to count, which scores
    // 100.
    private static bool Passes(World world, int look, Func<Arm, int, double> value) =>
        SampleClassifier.Classify(How, Points(world, look, at => value(Arm.Canary, at)),
            Points(world, look, at => value(Arm.Stable, at))).Classification switch
        {
            Classification.Pass or Classification.Low or Classification.Error => true,
            Classification.High or Classification.Nodata or Classification.NodataFail => false,
        };

    private static List<double> Points(World world, int look, Func<int, double> value)
    {
        var points = new List<double>(look / LooksInAMinute);
        for (var at = world.Cell.WarmUp + LooksInAMinute; at <= look; at += LooksInAMinute) points.Add(value(at));
        return points;
    }
}
