using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Canary.JudgeBenchmark.Chance;
using Canary.JudgeBenchmark.Judges;
using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Scores;

/// <summary>What the first judge has to keep. A rate is judged by its 99.9 percent lower bound, so that a gate does not fail by
/// chance.</summary>
internal static class Gates
{
    /// <summary>What a judge that claims nothing is held to: the least that those that claim something do.</summary>
    public const double UsualRate = 0.05;

    /// <summary>Regressions that the failed requests are counted for.</summary>
    public static readonly IReadOnlyList<double> Ratios = [2, 5, 10];

    /// <summary>How many times the failed requests of the group sequential test with the same alpha are allowed.</summary>
    public const double MostFailed = 1.2;

    /// <summary>Share of the versions that turn twice as bad at half of the traffic to be found within
    /// <see cref="FoundMinutes"/>.</summary>
    public const double LeastFound = 0.8;

    /// <summary>Minutes from the moment that a version turns bad in which it is to be found.</summary>
    public const int FoundMinutes = 10;

    public static IReadOnlyList<GateFinding> Check(IReadOnlyList<CellScore> cells) =>
    [
        .. FalseRollbacks(cells), .. FailedRequests(cells), .. GroupSequential(cells), .. LateRegressions(cells), .. Faults(cells),
    ];

    /// <summary>It keeps to its rate in every plain cell where errors are independent of each other, in incidents and over the
    /// day.</summary>
    public static bool KeepsItsRate(IReadOnlyList<CellScore> cells, string judge) => AskedForRate(cells).Select(cell => cell.Of(judge))
        .All(score => Tail.LowerBound(score.Count(Verdict.RolledBack), score.Outcomes.Count) <= (score.DeclaredRate ?? UsualRate));

    /// <summary>The most that a judge rolls back of the healthy versions in any of these cells.</summary>
    public static double WorstRate(IReadOnlyList<CellScore> cells, string judge) =>
        AskedForRate(cells).Select(cell => cell.Of(judge).RollbackRate).DefaultIfEmpty(0).Max();

    /// <summary>Cells that the failed requests are counted in: this regression, from the start, with nothing else going on.</summary>
    public static IReadOnlyList<CellScore> Regressions(IReadOnlyList<CellScore> cells, double ratio) =>
        [.. cells.Where(cell => cell.Cell is { Onset: Onset.AtStart, Noise: Noise.Independent, Fault: WorldFault.None, HasDurations: false }
            && cell.Cell.Effect == new WorldEffect(ratio))];

    /// <summary>Geometric mean over the cells of one judge's mean of failed requests divided by another's.</summary>
    public static double FailedRatio(IReadOnlyList<CellScore> cells, string judge, string other) =>
        Math.Exp(cells.Average(cell => Math.Log(Math.Max(cell.Of(judge).MeanFailed, 1e-9) / Math.Max(cell.Of(other).MeanFailed, 1e-9))));

    private static IEnumerable<CellScore> AskedForRate(IReadOnlyList<CellScore> cells) => cells
        .Where(cell => NoiseClasses.IsPlain(cell.Cell) && cell.Cell.Fault == WorldFault.None
            && NoiseClasses.Of(cell.Cell) is NoiseClass.Independent or NoiseClass.Incident or NoiseClass.DayCycle);

    private static IEnumerable<GateFinding> FalseRollbacks(IReadOnlyList<CellScore> cells)
    {
        foreach (var kind in Enum.GetValues<NoiseClass>())
        {
            var plain = cells.Where(cell => NoiseClasses.IsPlain(cell.Cell) && NoiseClasses.Of(cell.Cell) == kind).ToList();
            if (plain.Count == 0) continue;
            var gate = $"false rollbacks, {kind}";
            if (NoiseClasses.Allowance(kind) is not { } allowance)
            {
                yield return new(gate, true, $"nothing is promised: {string.Join(" | ", plain.Select(Rate))}");
                continue;
            }

            var limit = plain[0].Judges[0].DeclaredRate!.Value * allowance;
            var broken = plain.Where(cell => Tail.LowerBound(Wrong(cell), cell.Runs) > limit).ToList();
            foreach (var cell in broken)
                yield return new(gate, false, $"{Rate(cell)} of {cell.Runs} runs, and {Percent(limit)} is allowed");
            var worst = plain.MaxBy(cell => cell.Judges[0].RollbackRate)!;
            if (broken.Count == 0)
                yield return new(gate, true,
                    $"{plain.Count} cells, at most {Percent(worst.Judges[0].RollbackRate)} ({worst.Cell.Name}), and {Percent(limit)} is "
                        + "allowed");
        }
    }

    private static IEnumerable<GateFinding> FailedRequests(IReadOnlyList<CellScore> cells)
    {
        if (cells.Count == 0) yield break;
        var ours = cells[0].Judges[0].Judge;
        string[] honest =
        [
            .. cells[0].Judges.Skip(1).Where(judge => judge.IsRival && !judge.IsOracle && KeepsItsRate(cells, judge.Judge))
                .Select(judge => judge.Judge),
        ];
        foreach (var ratio in Ratios)
        {
            var regressions = Regressions(cells, ratio);
            if (regressions.Count == 0) continue;
            foreach (var other in honest)
            {
                var mean = FailedRatio(regressions, ours, other);
                var lost = regressions.Where(cell => cell.Of(ours).MeanFailed >= cell.Of(other).MeanFailed).ToList();
                yield return new(
                    string.Create(CultureInfo.InvariantCulture, $"failed requests, errors x{ratio}"),
                    mean < 1,
                    string.Create(CultureInfo.InvariantCulture,
                        $"{mean:0.00} times those of {other} (geometric mean of {regressions.Count} cells), fewer "
                            + $"in {regressions.Count - lost.Count} of "
                            + $"them{(lost.Count > 0 ? $"; not in {string.Join(" | ", lost.Select(cell => cell.Cell.Name))}" : "")}"));
            }
        }
    }

    // The test that a statistician would take, with the same alpha: it is told the planned traffic, so a little more is allowed.
    private static IEnumerable<GateFinding> GroupSequential(IReadOnlyList<CellScore> cells)
    {
        if (cells.Count == 0 || cells[0].Judges.All(judge => judge.Judge != GroupSequentialJudge.SameAlpha)) yield break;
        foreach (var ratio in Ratios)
        {
            var regressions = Regressions(cells, ratio);
            if (regressions.Count == 0) continue;
            var mean = FailedRatio(regressions, cells[0].Judges[0].Judge, GroupSequentialJudge.SameAlpha);
            yield return new(
                string.Create(CultureInfo.InvariantCulture, $"failed requests at the same alpha, errors x{ratio}"),
                mean <= MostFailed,
                string.Create(CultureInfo.InvariantCulture,
                    $"{mean:0.00} times those of {GroupSequentialJudge.SameAlpha} (geometric mean of {regressions.Count} cells), "
                        + $"and {MostFailed} times is allowed"));
        }
    }

    private static IEnumerable<GateFinding> LateRegressions(IReadOnlyList<CellScore> cells)
    {
        foreach (var cell in cells.Where(cell => cell.Cell is
        {
            Onset: Onset.AtFiftyPercent, Effect.ErrorRatio: >= 2,
            Noise: Noise.Independent, Fault: WorldFault.None, HasDurations: false
        }))
        {
            var found = cell.FoundWithin(cell.Judges[0], FoundMinutes);
            yield return new(
                "late regressions",
                Tail.LowerBound(cell.Runs - found, cell.Runs) <= 1 - LeastFound,
                $"{cell.Cell.Name}: {Percent(found / (double)cell.Runs)} of {cell.Runs} runs were found within {FoundMinutes} minutes, "
                    + $"and {Percent(LeastFound)} is asked");
        }
    }

    private static IEnumerable<GateFinding> Faults(IReadOnlyList<CellScore> cells)
    {
        foreach (var cell in cells.Where(cell => NoiseClasses.IsFaulty(cell.Cell) && cell.Cell.IsHarmless))
        {
            var judge = cell.Judges[0];
            var isNothingToSee = cell.Cell.Fault is WorldFault.NoCanaryTraffic or WorldFault.Idle;
            var isPassed = isNothingToSee ? judge.Count(Verdict.Inconclusive) == cell.Runs
                : Tail.LowerBound(Wrong(cell), cell.Runs) <= judge.DeclaredRate;
            yield return new(
                "faults of the measuring",
                isPassed,
                $"{cell.Cell.Name}: rolled back {Percent(judge.RollbackRate)}, promoted {Percent(judge.Share(Verdict.Promoted))}, "
                    + $"inconclusive {Percent(judge.Share(Verdict.Inconclusive))}; "
                    + $"{(isNothingToSee ? "only inconclusive is right" : "no rollback is right")}");
        }
    }

    private static string Rate(CellScore cell) => $"{cell.Cell.Name}: {Percent(cell.Judges[0].RollbackRate)}";

    private static int Wrong(CellScore cell) => cell.Judges[0].Count(Verdict.RolledBack);

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.##} %");
}
