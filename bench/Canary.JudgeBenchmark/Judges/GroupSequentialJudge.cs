using System;
using Canary.JudgeBenchmark.Reading;
using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Judges;

/// <summary>
/// A group sequential test with the spending of O'Brien and Fleming, one-sided, 5 percent over the rollout or as
/// much as the first judge. It is told the traffic that is
/// planned, and reads what <c>increase()</c> says of each step so far: steps are strata, so that a change of the weight does not look like
/// a difference.
/// </summary>
/// <param name="name">Name in the tables.</param>
/// <param name="alpha">False rollbacks per rollout.</param>
/// <param name="critical">The bound for that: a Brownian motion passes it within the rollout with twice the chance that it is above it at
/// the end.</param>
/// <param name="isRival">It has no gate of its own.</param>
internal sealed class GroupSequentialJudge(string name, double alpha, double critical, bool isRival) : IJudge
{
    /// <summary>The one with the alpha of the first judge.</summary>
    public const string SameAlpha = "group sequential 1 %";

    private Cell _cell = null!;
    private (double Requests, double Errors, double Others, double Theirs)[] _strata = [];
    private double _planned;

    public string Name => name;

    public double? DeclaredRate => alpha;

    public bool IsRival => isRival;

    /// <summary>Five percent.</summary>
    public static GroupSequentialJudge Usual() => new("group sequential", 0.05, 1.959963984540054, isRival: true);

    /// <summary>One percent.</summary>
    public static GroupSequentialJudge Strict() => new(SameAlpha, 0.01, 2.5758293035489004, isRival: false);

    public void Begin(Cell cell)
    {
        _cell = cell;
        _strata = new (double, double, double, double)[cell.Schedule.Percents.Count];
        _planned = 0;
        for (var step = 0; step < _strata.Length; step++)
        {
            var weight = cell.Schedule.Percents[step] / 100.0;
            _planned += weight * (1 - weight) * cell.Rate * (End(step) - Start(step)) / 1000;
        }
    }

    public Verdict Look(World world, int look)
    {
        var at = look * Clock.Look;
        if (world.IsAnswering(at))
        {
            var step = _cell.Schedule.StepAt(at - 1);
            var window = at - Start(step);
            if (ArmReading.Requests(world, Arm.Canary, at, window) is { } requests
                && ArmReading.Requests(world, Arm.Stable, at, window) is { } others)
                _strata[step] =
                    (requests, ArmReading.Errors(world, Arm.Canary, at, window), others, ArmReading.Errors(world, Arm.Stable, at, window));
            if (IsWorse()) return Verdict.RolledBack;
        }

        return look < Clock.Looks ? Verdict.Continue : Verdict.Promoted;
    }

    private int Start(int step) => Math.Max(step * _cell.Schedule.StepLength, _cell.WarmUp * Clock.Look);

    private int End(int step) => (step + 1) * _cell.Schedule.StepLength;

    private bool IsWorse()
    {
        var (difference, variance, gathered) = (0.0, 0.0, 0.0);
        foreach (var (requests, errors, others, theirs) in _strata)
        {
            if (requests <= 0 || others <= 0) continue;
            var weight = requests * others / (requests + others);
            var pooled = (errors + theirs) / (requests + others);
            difference += errors - ((errors + theirs) * requests / (requests + others));
            variance += pooled * (1 - pooled) * weight;
            gathered += weight;
        }

        return variance > 0 && difference / Math.Sqrt(variance) * Math.Sqrt(Math.Min(1, gathered / _planned)) >= critical;
    }
}
