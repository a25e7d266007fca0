using System;
using System.Collections.Generic;

namespace Canary.JudgeBenchmark.Objectives;

/// <summary>A canary that is held to an objective of 99.9 % for so long.</summary>
/// <param name="Name">What it does.</param>
/// <param name="RequestsPerSecond">Requests to it.</param>
/// <param name="Minutes">How long it is looked at, every half minute.</param>
/// <param name="IsHealthy">It keeps its objective.</param>
/// <param name="BadFrom">The window from which on it misses it, from 0.</param>
/// <param name="Rate">The error rate of a window, from 0, given a number between 0 and 1 that is the window's own.</param>
internal sealed record ObjectiveCell(string Name, double RequestsPerSecond, int Minutes, bool IsHealthy, int BadFrom,
    Func<int, double, double> Rate)
{
    /// <summary>Share of the requests that may fail.</summary>
    public const double Allowed = 0.001;

    /// <summary>All cells.</summary>
    public static IReadOnlyList<ObjectiveCell> All
    {
        get
        {
            var cells = new List<ObjectiveCell>();
            foreach (var rate in new[] { 1.0, 10, 100 })
            {
                cells.Add(new("at the objective", rate, 120, true, 0, (_, _) => Allowed));
                cells.Add(new("half of what is allowed", rate, 120, true, 0, (_, _) => Allowed / 2));
                // One window in twenty has eighteen times the rate, the others a tenth: the mean is within the objective.
                cells.Add(new("bursts within the objective", rate, 120, true, 0,
                    (_, chance) => chance < 0.05 ? 18 * Allowed : 0.1 * Allowed));
                foreach (var burn in new[] { 2.0, 5, 10, 50 })
                    cells.Add(new($"{burn} times as fast", rate, 120, false, 0, (_, _) => burn * Allowed));
                cells.Add(new("10 times as fast after two good hours", rate, 240, false, 240,
                    (window, _) => (window < 240 ? 0.5 : 10) * Allowed));
            }

            return cells;
        }
    }
}
