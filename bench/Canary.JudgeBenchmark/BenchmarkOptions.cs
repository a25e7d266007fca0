using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Canary.JudgeBenchmark;

/// <summary>What the command line asks for.</summary>
/// <param name="Seed">Of all random numbers.</param>
/// <param name="Runs">Runs of a cell with a regression; those without get twice as many.</param>
/// <param name="Grid">smoke, standard, realistic, full, placebo or objective.</param>
/// <param name="Folder">Where the results go; null: they are only printed.</param>
/// <param name="Threads">How many at most.</param>
/// <param name="Only">Cells whose name holds this text; null: all of the grid.</param>
internal sealed record BenchmarkOptions(ulong Seed, int Runs, string Grid, string? Folder, int Threads, string? Only)
{
    public const string Usage =
        "usage: [--grid smoke|standard|realistic|full|placebo|objective] [--runs N] [--seed N] [--threads N] [--only TEXT] [--out DIR]";

    /// <summary>The grid that has a table of its own.</summary>
    public const string Placebo = "placebo";

    /// <summary>The grid of canaries that are held to an objective.</summary>
    public const string Objective = "objective";

    public const ulong DefaultSeed = 20261121;

    private const int SmokeRuns = 50;
    private const int StandardRuns = 500;

    public IReadOnlyList<CellPlan> Plans => [.. All.Where(plan => Only is null || plan.Cell.Name.Contains(Only, StringComparison.Ordinal))];

    private IReadOnlyList<CellPlan> All => Grid switch
    {
        "smoke" => Grids.Smoke(Runs),
        "standard" => Grids.Standard(Runs),
        "realistic" => Grids.Realistic(Runs),
        _ => Grids.Full(Runs),
    };

    /// <summary>Null where it cannot be read.</summary>
    public static BenchmarkOptions? Read(IReadOnlyList<string> words)
    {
        var options = new BenchmarkOptions(DefaultSeed, 0, "standard", null, Environment.ProcessorCount, null);
        for (var at = 0; at < words.Count; at += 2)
        {
            if (at + 1 >= words.Count) return null;
            var value = words[at + 1];
            switch (words[at])
            {
                case "--grid" when value is "smoke" or "standard" or "realistic" or "full" or Placebo or Objective:
                    options = options with { Grid = value };
                    break;
                case "--out":
                    options = options with { Folder = value };
                    break;
                case "--only":
                    options = options with { Only = value };
                    break;
                case "--seed" when ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seed):
                    options = options with { Seed = seed };
                    break;
                case "--runs" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var runs) && runs > 0:
                    options = options with { Runs = runs };
                    break;
                case "--threads" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var threads) && threads > 0:
                    options = options with { Threads = threads };
                    break;
                default:
                    return null;
            }
        }

        return options.Runs > 0 ? options : options with { Runs = options.Grid == "smoke" ? SmokeRuns : StandardRuns };
    }
}
