using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Canary.JudgeBenchmark.Judges;
using Canary.JudgeBenchmark.Scores;
using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Output;

/// <summary>The results as tables that a person reads.</summary>
internal sealed class MarkdownReport(IReadOnlyList<CellScore> cells, IReadOnlyList<GateFinding> gates)
{
    private const string Beside = "In parentheses: percent of the healthy versions that the judge rolls back in the same world.";

    private static readonly double[] Headline = [1.5, 2, 5];

    private readonly HealthyTwins _twins = new(cells);
    private readonly StringBuilder _text = new();

    private IReadOnlyList<JudgeScore> Judges => cells[0].Judges;

    public string Write(string command)
    {
        _text.Append("# Results of the judge benchmark\n\nWritten by `").Append(command)
            .Append("`; what is measured, and how, is in [README.md](README.md). All numbers by cell are in [results.csv](results.csv).\n");
        Summary();
        Findings();
        Rivals();
        Table("Healthy versions rolled back", "Percent of rollouts.", cells.Where(cell => NoiseClasses.IsPlain(cell.Cell)),
            (_, judge) => Percent(judge.RollbackRate));
        var bad = cells.Where(cell => !cell.Cell.IsHarmless && !NoiseClasses.IsFaulty(cell.Cell)).ToList();
        Table("Bad versions found", $"Percent of rollouts that were rolled back. {Beside}", bad,
            (cell, judge) => $"{Percent(judge.RollbackRate)}{Healthy(cell, judge)}");
        Table("Bad versions found within ten minutes",
            $"Percent of rollouts that were rolled back within ten minutes after the version turned bad, and not before. {Beside}", bad,
            (cell, judge) => $"{Percent(cell.FoundWithin(judge, Gates.FoundMinutes) / (double)cell.Runs)}{Healthy(cell, judge)}");
        Table("Time to the rollback",
            $"Median of the minutes from when the version turned bad; `-`: half of the rollouts were not rolled back after that. {Beside}",
            bad, (cell, judge) => $"{Minutes(cell.MedianMinutesToFind(judge))}{Healthy(cell, judge)}");
        Table("Exposure",
            $"Median of the canary's requests until the rollback; a run that is not rolled back counts with all of them. {Beside}", bad,
            (cell, judge) => $"{Count(judge.Quantile(0.5, one => one.Requests))}{Healthy(cell, judge)}");
        Table("Failed requests",
            $"Mean of the canary's failed requests until the rollback; a run that is not rolled back counts with all of them. {Beside}",
            bad.Where(cell => IsOfErrors(cell.Cell.Effect)), (cell, judge) => $"{Count(judge.MeanFailed)}{Healthy(cell, judge)}");
        Table("Excess errors", "Median and 95th percentile of the failed requests that stable would not have had, until the rollback.",
            bad.Where(cell => IsOfErrors(cell.Cell.Effect)),
            (_, judge) => $"{Count(judge.Quantile(0.5, one => one.Excess))} / {Count(judge.Quantile(0.95, one => one.Excess))}");
        Table("Faults of the measuring", "Percent rolled back / promoted / inconclusive.",
            cells.Where(cell => NoiseClasses.IsFaulty(cell.Cell)),
            (_, judge) =>
                $"{Percent(judge.RollbackRate)} / {Percent(judge.Share(Verdict.Promoted))} / {Percent(judge.Share(Verdict.Inconclusive))}");
        Table("A cold canary that is judged from its first request",
            "Percent rolled back. It has ten times the errors for 90 seconds: whoever sees that is right, and whoever waits two minutes "
                + "does not (above).", cells.Where(cell => NoiseClasses.IsReallyWorse(cell.Cell)),
            (_, judge) => Percent(judge.RollbackRate));
        Promotions();
        return _text.ToString();
    }

    private void Summary()
    {
        _text.Append(
            "\n## Summary\n\nWorst cell of each kind of noise, percent of healthy versions that were rolled back; regressions of 2x and "
                + "more that were promoted, percent; requests that bad canaries got, times the oracle's (geometric mean of errors x1.5, "
                + "x2, x5).\n\n");
        NoiseClass[] kinds = [.. Enum.GetValues<NoiseClass>().Where(kind => Plain(kind).Count > 0)];
        _text.Append("| judge | claims |").Append(string.Concat(kinds.Select(kind => $" {Word(kind)} |")))
            .Append(" missed | exposure |\n|---|---|").Append(string.Concat(kinds.Select(_ => "---|"))).Append("---|---|\n");
        var great = cells.Where(cell => cell.Cell is { Effect.ErrorRatio: >= 2, Fault: WorldFault.None, Noise: Noise.Independent })
            .ToList();
        foreach (var judge in Judges)
        {
            _text.Append(CultureInfo.InvariantCulture,
                $"| {judge.Judge} | {(judge.DeclaredRate is { } rate ? $"{Percent(rate)} %" : "-")} |");
            foreach (var kind in kinds)
                _text.Append(CultureInfo.InvariantCulture, $" {Percent(Plain(kind).Max(cell => cell.Of(judge.Judge).RollbackRate))} |");
            _text.Append(great.Count == 0 ? " - |" : $" {Percent(great.Average(cell => 1 - cell.Of(judge.Judge).RollbackRate))} |");
            _text.Append(ExposureRatio.Of(cells, judge.Judge, Headline) is { } times
                ? string.Create(CultureInfo.InvariantCulture, $" {times:0.00} |\n") : " - |\n");
        }

        _text.Append("\n![false rollbacks](false-rollbacks.svg)\n\n![exposure](exposure.svg)\n\n![detection](detection.svg)\n");
    }

    private void Findings()
    {
        _text.Append("\n## Gates\n\n| gate | | found |\n|---|---|---|\n");
        foreach (var gate in gates)
            _text.Append(CultureInfo.InvariantCulture,
                $"| {gate.Gate} | {(gate.IsPassed ? "holds" : "**FAILS**")} | "
                    + $"{gate.Words.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
    }

    private void Rivals()
    {
        var ours = Judges[0].Judge;
        double[] ratios = [1.5, .. Gates.Ratios];
        if (ratios.Any(ratio => Gates.Regressions(cells, ratio).Count == 0)) return;
        _text.Append(
            "\n## Failed requests, times those of each judge\n\nGeometric mean over the cells with this regression and no noise: below 1, ")
            .Append(ours)
            .Append(
                " let fewer requests fail. Whoever rolls everything back lets few fail, so the second column says who keeps the rate that "
                    + "he claims (5 % where he claims none), and the third the worst of the cells that this is asked of, in percent.\n\n");
        _text.Append("| judge | keeps its rate | worst |")
            .Append(string.Concat(ratios.Select(ratio => string.Create(CultureInfo.InvariantCulture, $" x{ratio} |"))))
            .Append("\n|---|---|---|").Append(string.Concat(ratios.Select(_ => "---|"))).Append('\n');
        foreach (var judge in Judges.Skip(1))
        {
            _text.Append(CultureInfo.InvariantCulture, $"| {judge.Judge} | {(Gates.KeepsItsRate(cells, judge.Judge) ? "yes" : "no")} | "
                    + $"{Percent(Gates.WorstRate(cells, judge.Judge))} |");
            foreach (var ratio in ratios)
                _text.Append(CultureInfo.InvariantCulture,
                    $" {Gates.FailedRatio(Gates.Regressions(cells, ratio), ours, judge.Judge):0.00} |");
            _text.Append('\n');
        }
    }

    private void Promotions()
    {
        var ours = Judges[0].Judge;
        var plain = cells.Where(cell => NoiseClasses.IsPlain(cell.Cell)).ToList();
        if (plain.Count == 0) return;
        _text.Append("\n## Time to promote a healthy version\n\nMedian minutes until ").Append(ours)
            .Append(
                " says that it knows enough to go on (no evidence of harm, enough requests), and until it has evidence that errors are "
                    + "less than twice as bad; the canary's requests until the first of them, and how its rollouts ended, percent. `-`: "
                    + "not within the hour, in half of the rollouts. All other judges take the whole hour.\n\n"
                    + "| cell | enough | requests | evidence | promoted | inconclusive |\n|---|---|---|---|---|---|\n");
        foreach (var cell in plain)
        {
            var judge = cell.Of(ours);
            _text.Append(CultureInfo.InvariantCulture,
                $"| {cell.Cell.Name} | {Minutes(judge.MedianMinutes(one => one.EnoughAt))} | "
                    + $"{(judge.Median(one => one.EnoughRequests) is { } requests ? Count(requests) : "-")} | "
                    + $"{Minutes(judge.MedianMinutes(one => one.EvidenceAt))} | {Percent(judge.Share(Verdict.Promoted))} | "
                    + $"{Percent(judge.Share(Verdict.Inconclusive))} |\n");
        }
    }

    private void Table(string title, string about, IEnumerable<CellScore> chosen, Func<CellScore, JudgeScore, string> value)
    {
        var rows = chosen.ToList();
        if (rows.Count == 0) return;
        _text.Append(CultureInfo.InvariantCulture,
            $"\n## {title}\n\n{about}\n\n| cell | runs |{string.Concat(Judges.Select(judge => $" {judge.Judge} |"))}\n|---|---|"
                + $"{string.Concat(Judges.Select(_ => "---|"))}\n");
        foreach (var row in rows)
            _text.Append(CultureInfo.InvariantCulture,
                $"| {row.Cell.Name} | {row.Runs} |{string.Concat(row.Judges.Select(judge => $" {value(row, judge)} |"))}\n");
    }

    private static bool IsOfErrors(WorldEffect effect) => effect is { Slowness: 1, TailShare: 0, SlowPathShare: 0 };

    // Empty: the grid has no healthy version in this world.
    private string Healthy(CellScore cell, JudgeScore judge) =>
        _twins.RollbackRate(cell.Cell, judge.Judge) is { } rate ? $" ({Percent(rate)})" : "";

    private List<CellScore> Plain(NoiseClass kind) =>
        [.. cells.Where(cell => NoiseClasses.IsPlain(cell.Cell) && NoiseClasses.Of(cell.Cell) == kind)];

    private static string Word(NoiseClass kind) => kind switch
    {
        NoiseClass.Independent => "independent",
        NoiseClass.Incident => "incident",
        NoiseClass.DayCycle => "day cycle",
        NoiseClass.Batch => "batch",
        NoiseClass.Overdispersed => "overdispersed",
        NoiseClass.Impossible => "impossible",
    };

    private static string Percent(double share) => (share * 100).ToString("0.##", CultureInfo.InvariantCulture);

    private static string Count(double number) => number.ToString(number < 10 ? "0.#" : "#,0", CultureInfo.InvariantCulture);

    private static string Minutes(double? minutes) => minutes?.ToString("0.#", CultureInfo.InvariantCulture) ?? "-";
}
