using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark;

/// <summary>A cell, and how often it is run.</summary>
internal sealed record CellPlan(Cell Cell, int Runs);
