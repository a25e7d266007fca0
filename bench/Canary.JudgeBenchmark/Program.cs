using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using Canary.JudgeBenchmark;
using Canary.JudgeBenchmark.Judges;
using Canary.JudgeBenchmark.Objectives;
using Canary.JudgeBenchmark.Output;
using Canary.JudgeBenchmark.Placebo;
using Canary.JudgeBenchmark.Scores;

if (BenchmarkOptions.Read(args) is not { } options)
{
    Console.Error.WriteLine(BenchmarkOptions.Usage);
    return 2;
}

if (options.Grid == BenchmarkOptions.Placebo)
{
    var worlds = PlaceboTable.Cells.Where(cell => options.Only is null || cell.Name.Contains(options.Only, StringComparison.Ordinal));
    Console.Out.Write(PlaceboTable.Write(worlds, options.Runs, options.Seed, options.Threads));
    return 0;
}

if (options.Grid == BenchmarkOptions.Objective)
{
    var held = ObjectiveCell.All.Where(cell => options.Only is null || cell.Name.Contains(options.Only, StringComparison.Ordinal));
    Console.Out.Write(ObjectiveTable.Write(held, options.Runs, options.Seed, options.Threads));
    return 0;
}

var plans = options.Plans;
if (plans.Count == 0)
{
    Console.Error.WriteLine($"no cell of the {options.Grid} grid has \"{options.Only}\" in its name");
    return 2;
}

var clock = Stopwatch.StartNew();
var shown = 0;
var cells = Benchmark.Run(plans, options.Seed, options.Threads, JudgeSet.All, share =>
{
    // A tenth at a time; two threads may say the same, and nobody minds.
    if ((int)(share * 10) <= shown) return;
    shown = (int)(share * 10);
    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{share * 100:0} % after {clock.Elapsed.TotalSeconds:0} s"));
});
var gates = Gates.Check(cells);
foreach (var gate in gates) Console.Out.WriteLine($"{(gate.IsPassed ? "holds" : "FAILS")}  {gate.Gate}: {gate.Words}");
if (options.Folder is { } folder)
{
    var command = string.Create(CultureInfo.InvariantCulture,
        $"make judge-benchmark ARGS=\"--grid {options.Grid} --runs {options.Runs} --seed {options.Seed}\"");
    Directory.CreateDirectory(folder);
    File.WriteAllText(Path.Combine(folder, "results.md"), new MarkdownReport(cells, gates).Write(command));
    File.WriteAllText(Path.Combine(folder, "results.csv"), CsvTable.Write(cells));
    File.WriteAllText(Path.Combine(folder, "false-rollbacks.svg"), RollbackPlot.Draw(cells));
    File.WriteAllText(Path.Combine(folder, "exposure.svg"), ExposurePlot.Draw(cells));
    File.WriteAllText(Path.Combine(folder, "detection.svg"), DetectionPlot.Draw(cells));
}

Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
    $"{cells.Count} cells, {cells.Sum(cell => cell.Runs):N0} rollouts, {cells[0].Judges.Count} judges, {clock.Elapsed.TotalSeconds:0} s"));
return gates.All(gate => gate.IsPassed) ? 0 : 1;
