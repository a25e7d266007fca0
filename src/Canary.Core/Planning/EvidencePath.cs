using System;
using Canary.Core.Analysis;
using Canary.Core.Statistics;

namespace Canary.Core.Planning;

/// <summary>What the sequential judge knows of a canary that is so much worse, along its mean path, carried from stage to stage. Amounts are seconds of measuring.</summary>
internal sealed class EvidencePath(PaceBook book)
{
    private readonly PlannedMetric _metric = book.Metric;
    private readonly MeanPath _counts = new(book.Metric.Grid.Factors.Count);
    private readonly MeanPath _signs = new(SignProcess.Chances.Count);
    private double _expected;
    private double _windows;
    private double _events;

    private double Bar => -Math.Log(_metric.Alpha);

    /// <summary>Goes on through a stage for so long.</summary>
    public void Advance(PlannedStage stage, double seconds)
    {
        var pace = book.Of(stage);
        _counts.Advance(pace.Drift, pace.Variance, seconds);
        _signs.Advance(pace.SignDrift, pace.SignVariance, seconds);
        _expected += pace.Expected * seconds;
        _windows += pace.Windows * seconds;
        _events += pace.Events * seconds;
    }

    /// <summary>Seconds in this stage until it is found; infinite: not within <paramref name="most"/>.</summary>
    public double Find(PlannedStage stage, double most)
    {
        var pace = book.Of(stage);
        // The logarithm of a sum of exponentials of lines is convex: what is below the bar at both ends is below it between them.
        if (!_counts.IsReached(pace.Drift, Bar, most)) return double.PositiveInfinity;
        var counted = _counts.Reach(pace.Drift, Bar);
        if (double.IsInfinity(counted) || !NeedsWindows(pace, counted)) return counted;
        var agreed = Math.Max(counted, _signs.Reach(pace.SignDrift, -Math.Log(SequentialJudge.SignAlpha)));
        return Math.Min(agreed, Catastrophe(pace));
    }

    /// <summary>Chance that it has been found by now.</summary>
    public double Chance()
    {
        var counted = _counts.Chance(Bar);
        return _windows > 0 && _expected / _windows >= SequentialJudge.Plentiful ? Math.Min(counted, Math.Max(_signs.Chance(-Math.Log(SequentialJudge.SignAlpha)), IsCatastrophe ? _counts.Chance(CatastrophicBar) : 0)) : counted;
    }

    private double CatastrophicBar => Math.Max(Math.Log(SequentialJudge.CatastrophicOdds), Bar);

    private bool IsCatastrophe => _metric.WorseRate(book.Regression) >= SequentialJudge.CatastrophicRatio * _metric.Rate;

    private bool NeedsWindows(Pace pace, double after) => _expected + (pace.Expected * after) >= SequentialJudge.Plentiful * (_windows + (pace.Windows * after));

    private double Catastrophe(Pace pace) => IsCatastrophe
        ? Math.Max(_counts.Reach(pace.Drift, CatastrophicBar), (SequentialJudge.CatastrophicEvents - _events) / pace.Events)
        : double.PositiveInfinity;
}
