using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Backtesting.Placebo;
using Canary.Cli.Io;
using Canary.Cli.Output;
using Canary.Cli.Planning;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Placebo;
using Canary.Core.Planning;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Kubernetes.Stores;
using Canary.Providers.Metrics;

namespace Canary.Cli.Commands;

/// <summary>Compares stable with itself over the past of a Prometheus: <c>canary backtest --placebo</c>.</summary>
/// <param name="io">Where it writes.</param>
/// <param name="question">What is asked.</param>
/// <param name="address">The Prometheus; null: that of the template.</param>
/// <param name="wanted">Only these metrics; empty: all.</param>
/// <param name="form"><c>text</c>, <c>json</c> or <c>svg</c>.</param>
/// <param name="path">The file that it writes to; null: the output.</param>
internal sealed class PlaceboBacktest(CommandIo io, PlaceboQuestion question, string? address, IReadOnlyList<string> wanted, string form,
    string? path)
{
    /// <summary>Nothing further back is read.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(31);

    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(5);

    public async Task<ExitCode> RunAsync(RolloutFiles files, CancellationToken cancel)
    {
        var (analyses, wrong) = RolloutAnalyses.Read(files.Rollout, files.Others, files.Unread);
        if (analyses is null) return await SayAsync(wrong.Select(one => one.ToString()), ExitCode.Failed);
        var (tests, length, problem) = Plan(analyses);
        if (problem.Length > 0) return await SayAsync([problem], ExitCode.Usage);
        if (address is null
            && tests.FirstOrDefault(test => ((ProviderSpec.Red)test.Metric.Provider).Connection.Address is null) is { } lost)
            return await SayAsync([$"metric {lost.Metric.Name} names no address of a Prometheus; give --prometheus"], ExitCode.Usage);

        using var client = new PrometheusClient(address ?? "", isOnly: address is not null, io.Time);
        var workload = tests[0].Metric.Comparison!.StableSubject.FirstOrDefault(one => one.Name == "workload")?.Value;
        var (result, failure, code) = await new PlaceboRun(client, question).RunAsync(analyses.Title, tests, length, workload, cancel);
        if (result is null) return await SayAsync([failure], code);
        result = result with { Notes = [.. Notes(analyses), .. result.Notes] };
        var text = form switch
        {
            "json" => PrintedDocuments.ToJson(PlaceboDocument.Build(result)),
            "svg" => PlaceboPlot.Render(result),
            _ => PlaceboText.Render(result),
        };
        if (path is not null) await File.WriteAllTextAsync(path, text, cancel);
        else await io.Output.WriteAsync(text);
        return ExitCode.Done;
    }

    private (IReadOnlyList<PlaceboTest> Tests, TimeSpan Length, string Problem) Plan(RolloutAnalyses analyses)
    {
        MetricSpec[] all =
            [.. analyses.Runs.SelectMany(run => run.Run.Metrics).Where(metric => metric.IsComparedWithStable).DistinctBy(AlphaSplit.Key)];
        if (wanted.Except(all.Select(metric => metric.Name)).FirstOrDefault() is { } unknown)
            return ([], default, $"--metric: there is no metric '{unknown}' that the sequential judge compares with stable; there are "
                + string.Join(", ", all.Select(metric => metric.Name)));
        PlaceboTest[] tests =
        [
            .. all.Where(metric => wanted.Count == 0 || wanted.Contains(metric.Name))
                .Select(metric => PlaceboTest.Plan(metric, Ramp.Of(analyses.Spec, analyses.Runs, metric))).OfType<PlaceboTest>(),
        ];
        if (tests.Length == 0)
            return ([], default, $"the steps of {analyses.Title} measure no comparison at a weight between 0 and 100: "
                + "there is nothing to compare stable with itself by");
        if (question.Length is { } given) tests = [.. tests.Select(test => test.During(given))];
        if (question.Pods is not null) tests = [.. tests.Select(test => test.WithAllPods())];
        var length = tests.Max(test => test.To);
        return length < Shortest
            ? ([], default, $"a rollout of {GoDuration.Format(length)} is too short to be replayed; give --length, of "
                + $"{GoDuration.Format(Shortest)} or more (a pause that a person ends takes no time here)")
            : question.From + length > question.To
            ? ([], default, $"from {question.From:u} to {question.To:u} there is no time for a rollout of "
                + $"{GoDuration.Format(length)}; give "
                + "an earlier --from, or a shorter --length")
            : (tests, length, "");
    }

    private IEnumerable<string> Notes(RolloutAnalyses analyses)
    {
        if (analyses.IsDefault)
            yield return "the Rollout has no sequential metric; these are errors in the background, compared with stable";
        if (question.Length is null
            && analyses.Spec.Steps.OfType<Step.Pause>().Any(pause => pause.Duration is null))
            yield return "a pause that a person ends takes no time here; give --length";
        MetricSpec[] others = [.. analyses.Runs.SelectMany(run => run.Run.Metrics).Where(metric => metric is
            { Comparison.Judge: ComparisonKind.MannWhitney })];
        if (others.Length > 0)
            yield return $"{string.Join(", ", others.Select(metric => metric.Name).Distinct())}: the Mann-Whitney judge reads no raw "
                + "counters, and is not replayed";
        MetricSpec[] alone = [.. analyses.Runs.SelectMany(run => run.Run.Metrics).Where(metric => metric is
            { Comparison.Objective: not null })];
        if (alone.Length > 0)
            yield return $"{string.Join(", ", alone.Select(metric => metric.Name).Distinct())}: held against an objective and not against "
                + "stable: there is no ratio, and it is not replayed";
    }

    private async Task<ExitCode> SayAsync(IEnumerable<string> problems, ExitCode code)
    {
        foreach (var problem in problems) await io.Error.WriteLineAsync($"error: {problem}");
        return code;
    }
}
