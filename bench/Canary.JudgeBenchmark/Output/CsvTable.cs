using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Canary.JudgeBenchmark.Chance;
using Canary.JudgeBenchmark.Judges;
using Canary.JudgeBenchmark.Scores;

namespace Canary.JudgeBenchmark.Output;

/// <summary>Every score of every judge in every cell, a line each.</summary>
internal static class CsvTable
{
    private const string Header =
        "cell,rps,base_errors,schedule,effect,onset,noise,fault,durations,judge,runs,rolled_back,promoted,inconclusive,"
        + "rolled_back_low_999,requests_mean,requests_median,requests_p95,failed_mean,failed_median,failed_p95,"
        + "excess_mean,excess_median,excess_p95,minutes_median,enough_minutes_median,evidence_minutes_median,"
        + "found_10_minutes,minutes_to_find_median,enough_requests_median,healthy_rolled_back";

    public static string Write(IReadOnlyList<CellScore> cells)
    {
        var twins = new HealthyTwins(cells);
        var text = new StringBuilder(Header).Append('\n');
        foreach (var cell in cells)
            foreach (var judge in cell.Judges)
                text.AppendJoin(',', Fields(cell, judge, twins)).Append('\n');
        return text.ToString();
    }

    private static IEnumerable<string> Fields(CellScore score, JudgeScore judge, HealthyTwins twins)
    {
        var cell = score.Cell;
        foreach (var word in (string[])[cell.Name, Number(cell.Rate), Number(cell.Errors), cell.Schedule.ToString(), cell.Effect.ToString(),
            cell.Onset.ToString(), cell.Noise.ToString(), cell.Fault.ToString()]) yield return $"\"{word}\"";
        yield return cell.HasDurations ? "1" : "0";
        yield return $"\"{judge.Judge}\"";
        yield return Number(judge.Outcomes.Count);
        foreach (var verdict in new[] { Verdict.RolledBack, Verdict.Promoted, Verdict.Inconclusive })
            yield return Number(judge.Share(verdict));
        yield return Number(Tail.LowerBound(judge.Count(Verdict.RolledBack), judge.Outcomes.Count));
        foreach (var value in new Func<RunOutcome, double>[] { one => one.Requests, one => one.Failed, one => one.Excess })
        {
            var sum = 0.0;
            foreach (var outcome in judge.Outcomes) sum += value(outcome);
            yield return Number(sum / judge.Outcomes.Count);
            yield return Number(judge.Quantile(0.5, value));
            yield return Number(judge.Quantile(0.95, value));
        }

        yield return Number(judge.MedianMinutes(one => one.Look));
        yield return Number(judge.MedianMinutes(one => one.EnoughAt));
        yield return Number(judge.MedianMinutes(one => one.EvidenceAt));
        yield return cell.IsHarmless ? "" : Number(score.FoundWithin(judge, Gates.FoundMinutes) / (double)score.Runs);
        yield return cell.IsHarmless ? "" : Number(score.MedianMinutesToFind(judge));
        yield return Number(judge.Median(one => one.EnoughRequests));
        yield return cell.IsHarmless ? "" : Number(twins.RollbackRate(cell, judge.Judge));
    }

    private static string Number(double? value) => value?.ToString("0.######", CultureInfo.InvariantCulture) ?? "";
}
