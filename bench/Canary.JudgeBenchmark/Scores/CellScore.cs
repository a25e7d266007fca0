using System.Collections.Generic;
using System.Linq;
using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Scores;

/// <summary>How all judges did in one cell.</summary>
internal sealed record CellScore(Cell Cell, IReadOnlyList<JudgeScore> Judges)
{
    public int Runs => Judges[0].Outcomes.Count;

    public JudgeScore Oracle => Judges.Single(judge => judge.IsOracle);

    public JudgeScore Of(string judge) => Judges.Single(one => one.Judge == judge);
}
