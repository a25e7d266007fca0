using System.Collections.Generic;
using System.Linq;
using Canary.JudgeBenchmark.Judges;
using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Scores;

/// <summary>How all judges did in one cell.</summary>
internal sealed record CellScore(Cell Cell, IReadOnlyList<JudgeScore> Judges)
{
    public int Runs => Judges[0].Outcomes.Count;

    public JudgeScore Oracle => Judges.Single(judge => judge.IsOracle);

    /// <summary>Runs that a judge rolled back within so many minutes after the canary turned bad, and not before.</summary>
    public int FoundWithin(JudgeScore judge, int minutes)
    {
        var onset = Cell.OnsetLook;
        return judge.Outcomes.Count(outcome => outcome.Verdict == Verdict.RolledBack && outcome.Look > onset
            && outcome.Look <= onset + (minutes * 60_000 / Clock.Look));
    }

    /// <summary>Median of the minutes from when the canary turned bad to the rollback; null: half of the runs were not rolled back after
    /// that.</summary>
    public double? MedianMinutesToFind(JudgeScore judge) => judge.MedianMinutes(outcome =>
        outcome.Verdict == Verdict.RolledBack && outcome.Look > Cell.OnsetLook ? outcome.Look - Cell.OnsetLook : null);

    public JudgeScore Of(string judge) => Judges.Single(one => one.Judge == judge);
}
