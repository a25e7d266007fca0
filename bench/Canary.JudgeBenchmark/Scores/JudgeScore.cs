using System;
using System.Collections.Generic;
using System.Linq;
using Canary.JudgeBenchmark.Judges;
using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Scores;

/// <summary>How one judge did in all runs of a cell.</summary>
/// <param name="Judge">Its name.</param>
/// <param name="DeclaredRate">False rollbacks per rollout that it claims not to exceed; null: it claims nothing.</param>
/// <param name="IsOracle">It knows what nobody can know.</param>
/// <param name="Outcomes">One a run, in the order of the runs.</param>
internal sealed record JudgeScore(string Judge, double? DeclaredRate, bool IsOracle, IReadOnlyList<RunOutcome> Outcomes)
{
    /// <summary>It stands for what others do, and not for a part of the first judge or for knowledge that nobody has.</summary>
    public bool IsRival { get; init; } = true;

    public int Count(Verdict verdict) => Outcomes.Count(outcome => outcome.Verdict == verdict);

    public double Share(Verdict verdict) => Count(verdict) / (double)Outcomes.Count;

    public double RollbackRate => Share(Verdict.RolledBack);

    /// <summary>Mean of the canary's requests until the rollback; a run that was not rolled back counts with all of its requests.</summary>
    public double MeanRequests => Outcomes.Average(outcome => (double)outcome.Requests);

    /// <summary>Mean of the canary's failed requests until the rollback; a run that was not rolled back counts with all of them.</summary>
    public double MeanFailed => Outcomes.Average(outcome => (double)outcome.Failed);

    /// <summary>Share of the runs that were rolled back by a look.</summary>
    public double FoundBy(int look) =>
        Outcomes.Count(outcome => outcome.Verdict == Verdict.RolledBack && outcome.Look <= look) / (double)Outcomes.Count;

    /// <summary>A quantile over the runs.</summary>
    public double Quantile(double quantile, Func<RunOutcome, double> value)
    {
        var sorted = Outcomes.Select(value).Order().ToArray();
        return sorted[Math.Clamp((int)Math.Ceiling(quantile * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    /// <summary>Median of something over all runs; null: half of them do not have it.</summary>
    public double? Median(Func<RunOutcome, double?> value)
    {
        var median = Quantile(0.5, outcome => value(outcome) ?? double.PositiveInfinity);
        return double.IsPositiveInfinity(median) ? null : median;
    }

    /// <summary>Median of the minutes until something, over all runs; null: in half of them it did not come to that.</summary>
    public double? MedianMinutes(Func<RunOutcome, int?> look) => Median(outcome => look(outcome)) * Clock.Look / 60_000;
}
