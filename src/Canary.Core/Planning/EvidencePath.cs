using System;
using Canary.Core.Analysis.Judging;
using Canary.Core.Statistics;

namespace Canary.Core.Planning;

/// <summary>What the sequential judge knows of a canary that is so much worse, along its mean path, carried from stage to stage. Amounts
/// are seconds of measuring.</summary>
internal sealed class EvidencePath(EvidenceDriftCache drifts)
{
    private const int Halvings = 60;

    private readonly PlannedMetric _metric = drifts.Metric;
    private readonly MeanEvidencePath _counts = new(drifts.Metric.Grid.Factors.Count);
    private readonly MeanEvidencePath _signs = new(SignProcess.Chances.Count);
    private double _expected;
    private double _windows;
    private double _blocks;
    private double _events;
    private double _stableEvents;
    private double _ratios;
    private double _squaredRatios;

    // Of the odds, the part that the whole run has.
    private double Bar => -Math.Log(_metric.Alpha * SequentialJudge.WholeShare);

    private double CatastrophicBar => Math.Max(Math.Log(SequentialJudge.CatastrophicOdds), Bar);

    /// <summary>How many times stable's rate the canary's is.</summary>
    private double Ratio => _metric.WorseRate(drifts.Regression) / _metric.Rate;

    /// <summary>Goes on through a stage for so long.</summary>
    public void Advance(PlannedStage stage, double seconds)
    {
        var drift = drifts.Of(stage);
        _counts.Advance(drift.Drift, drift.Variance, seconds);
        _signs.Advance(drift.SignDrift, drift.SignVariance, seconds);
        _expected += drift.Expected * seconds;
        _windows += drift.Windows * seconds;
        _blocks += drift.Blocks * seconds;
        _events += drift.Events * seconds;
        _stableEvents += drift.StableEvents * seconds;
        _ratios += drift.Blocks * seconds * drift.Ratio;
        _squaredRatios += drift.Blocks * seconds * ((drift.Ratio * drift.Ratio) + drift.RatioVariance);
    }

    /// <summary>Seconds in this stage until it is found; infinite: not within <paramref name="most"/>.</summary>
    public double Find(PlannedStage stage, double most)
    {
        var drift = drifts.Of(stage);
        // The logarithm of a sum of exponentials of lines is convex: what is below the bar at both ends is below it between them.
        if (!_counts.IsReached(drift.Drift, Bar, most)) return double.PositiveInfinity;
        var counted = _counts.Reach(drift.Drift, Bar);
        if (double.IsInfinity(counted)) return counted;
        // Without its greatest window, or two of less than a minute, the evidence has half of the digits; on the mean path all windows of a
        // stage are as great.
        var interval = stage.Interval!.Value.TotalSeconds;
        var burst = interval < SequentialJudge.BlockSeconds ? 2 * interval : interval;
        var judged = Math.Max(counted, _counts.Reach(drift.Drift, Bar / 2) + burst);
        if (NeedsMinutes(drift, judged)) judged = Math.Max(judged, Agreed(drift, Math.Min(most, DetectionWalk.Longest.TotalSeconds)));
        return Math.Min(judged, Catastrophe(drift));
    }

    /// <summary>Chance that it has been found by now, at the end of a part of this stage.</summary>
    public double Chance(PlannedStage stage)
    {
        var drift = drifts.Of(stage);
        var counted = _counts.Chance(Bar, drift.Drift, drift.Variance, 0);
        if (_windows <= 0 || _expected / _windows < SequentialJudge.Plentiful) return counted;
        var agreed = ChanceToAgree(drift, 0);
        return Math.Min(counted, IsCatastrophe(_blocks) ? Math.Max(agreed, _counts.Chance(CatastrophicBar, drift.Drift, drift.Variance, 0))
            : agreed);
    }

    private bool IsCatastrophe(double blocks) => Ratio >= SequentialJudge.CatastropheAfter((int)(blocks + 1e-9)) * (1 - 1e-9);

    private bool NeedsMinutes(EvidenceDrift drift, double after) =>
        _expected + (drift.Expected * after) >= SequentialJudge.Plentiful * (_windows + (drift.Windows * after));

    // Two pods of the canary, at least, are taken for granted.
    private double Catastrophe(EvidenceDrift drift)
    {
        if (!IsCatastrophe(2)) return double.PositiveInfinity;
        var seen = Math.Max(_counts.Reach(drift.Drift, CatastrophicBar), (SequentialJudge.CatastrophicEvents - _events) / drift.Events);
        return IsCatastrophe(0) ? seen : Math.Max(seen, (2 - _blocks) / drift.Blocks);
    }

    /// <summary>Seconds until half of such canaries are past the guard against bursts; infinite: not within
    /// <paramref name="most"/>.</summary>
    private double Agreed(EvidenceDrift drift, double most)
    {
        if (ChanceToAgree(drift, most) < 0.5) return double.PositiveInfinity;
        var (low, high) = (0.0, most);
        for (var step = 0; step < Halvings; step++)
        {
            var middle = (low + high) / 2;
            if (ChanceToAgree(drift, middle) >= 0.5) high = middle;
            else low = middle;
        }

        return high;
    }

    // The minutes agree, by their signs or by their ratios, or the ratio of all of them is beyond what bursts explain: one is enough.
    private double ChanceToAgree(EvidenceDrift drift, double after)
    {
        // A minute has its sign when it is over.
        var whole = Math.Floor(_blocks + (drift.Blocks * after) + 1e-9);
        var bySigns = _signs.Chance(-Math.Log(SequentialJudge.MinutesAlpha * (1 - SequentialJudge.RatioShare)), drift.SignDrift,
            drift.SignVariance, (whole - _blocks) / drift.Blocks);
        var agreed = Math.Max(bySigns, ChanceByRatios(drift, whole));
        return 1 - ((1 - agreed) * (1 - ChanceBeyondNoise((int)whole, _events + (drift.Events * after),
            _stableEvents + (drift.StableEvents * after))));
    }

    private double ChanceByRatios(EvidenceDrift drift, double minutes)
    {
        if (minutes < 1) return 0;
        var more = minutes - _blocks;
        var mean = (_ratios + (more * drift.Ratio)) / minutes;
        var squares = (_squaredRatios + (more * ((drift.Ratio * drift.Ratio) + drift.RatioVariance))) / minutes;
        return StudentAgreement.Chance((int)minutes, SequentialJudge.MinutesAlpha * SequentialJudge.RatioShare, mean,
            Math.Sqrt(Math.Max(0, squares - (mean * mean))));
    }

    // The logarithm of the ratio of two counts, which vary as Poisson's do.
    private double ChanceBeyondNoise(int minutes, double events, double stableEvents)
    {
        var allowed = NoiseAllowance.Ratio(minutes, events, stableEvents);
        return double.IsInfinity(allowed) ? 0
            : NormalShare.Below((Math.Log(Ratio) - Math.Log(allowed)) / Math.Sqrt((1 / events) + (1 / stableEvents)));
    }
}
