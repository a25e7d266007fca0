using System;
using System.Collections.Generic;
using System.Linq;
using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Scores;

/// <summary>Finds the cell with the same world and a healthy version, so that a judge's false rollbacks stand beside what it
/// finds.</summary>
internal sealed class HealthyTwins
{
    private readonly Dictionary<string, CellScore> _cells;

    public HealthyTwins(IReadOnlyList<CellScore> cells) =>
        _cells = cells.Where(cell => cell.Cell.IsHarmless).ToDictionary(cell => cell.Cell.Name, StringComparer.Ordinal);

    /// <summary>Share of the healthy versions that the judge rolls back in this world; null: the grid has none.</summary>
    public double? RollbackRate(Cell cell, string judge) =>
        _cells.TryGetValue(cell.Healthy.Name, out var twin) ? twin.Of(judge).RollbackRate : null;
}
