using System;
using System.Collections.Generic;
using System.Linq;
using Canary.JudgeBenchmark.Scores;

namespace Canary.JudgeBenchmark.Output;

/// <summary>How many times the oracle's requests a judge lets through to a bad canary.</summary>
internal static class ExposureRatio
{
    /// <summary>Geometric mean, over the cells with this regression and nothing else, of the judge's mean canary requests until the
    /// rollback divided by the oracle's; null: there is no such cell.</summary>
    public static double? Of(IReadOnlyList<CellScore> cells, string judge, params double[] ratios)
    {
        var regressions = ratios.SelectMany(ratio => Gates.Regressions(cells, ratio)).ToList();
        return regressions.Count == 0 ? null
            : Math.Exp(
                regressions.Average(cell => Math.Log(Math.Max(1, cell.Of(judge).MeanRequests) / Math.Max(1, cell.Oracle.MeanRequests))));
    }
}
