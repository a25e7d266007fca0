using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Backtesting;
using Canary.Cli.Backtesting.Placebo;
using Canary.Cli.Io;
using Canary.Cli.Output;
using Canary.Cli.Planning;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Queries;
using Canary.Core.Units;
using Canary.Kubernetes.Mapping;
using Canary.Providers.Metrics;

namespace Canary.Cli.Commands;

/// <summary>Runs templates over the past of a Prometheus.</summary>
internal static class BacktestCommand
{
    private const int MostWindows = 200_000;

    public static Command Create(CommandIo io)
    {
        var command = new Command("backtest",
            "Run analysis templates over the past: the verdict in each window, and how many runs would have failed (--placebo: how many "
                + "healthy versions the comparisons of a Rollout would have rolled back)");
        var files = new Option<string[]>("--filename",
            "-f")
        {
            Description =
                "File with templates, or - for standard input. Can be repeated. With --placebo: with the Rollout too, instead of the "
                    + "cluster"
        };
        var prometheus = new Option<string?>("--prometheus")
        {
            Description = "Address of Prometheus. Needed, but for --placebo (default there: that of the template)"
        };
        var arguments = new Option<string[]>("--arg") { Description = "Argument: NAME=VALUE. Can be repeated" };
        var from = new Option<string>("--from")
        {
            Description = "First window: a time such as 2026-01-31T12:00:00Z, or how long ago (24h)",
            DefaultValueFactory = _ => "24h"
        };
        var to = new Option<string>("--to") { Description = "Last window: a time, or how long ago", DefaultValueFactory = _ => "0s" };
        var step = new Option<string>("--step") { Description = "Time between two windows", DefaultValueFactory = _ => "1m" };
        var length = new Option<string>("--length")
        {
            Description = "Length of a run without a count: about as long as a rollout. With --placebo: of a rollout, instead of its "
                + "steps'",
            DefaultValueFactory = _ => "30m"
        };
        var only = new Option<string[]>("--metric") { Description = "Only this metric. Can be repeated" };
        var placebo = new PlaceboOptions();
        var output = new Option<string>("--output", "-o")
        {
            Description = "text, json or svg",
            DefaultValueFactory = _ => "text"
        };
        var file = new Option<string?>("--output-file") { Description = "Write the output to this file" };
        foreach (var option in new Option[] { files, prometheus, arguments, from, to, step, length, only, output, file })
            command.Options.Add(option);
        placebo.AddTo(command, [files, prometheus], [arguments, step]);
        command.SetAction(async (parsed, cancel) =>
        {
            var now = io.Time.GetUtcNow();
            if (placebo.IsPlacebo(parsed))
            {
                var isLengthGiven = parsed.GetResult(length) is { Implicit: false };
                return await PlaceboAsync(io, placebo, parsed, new PlaceboWords(parsed.GetValue(files) ?? [], parsed.GetValue(prometheus),
                    parsed.GetValue(from)!, parsed.GetValue(to)!, isLengthGiven ? parsed.GetValue(length) : null,
                    parsed.GetValue(only) ?? [], parsed.GetValue(output)!, parsed.GetValue(file)), now, cancel);
            }

            var (documents, problem) = await TemplateFiles.ReadAsync(parsed.GetValue(files) ?? [], cancel);
            var (given, wrong) = TemplateFiles.Arguments(parsed.GetValue(arguments) ?? []);
            var problems = new List<string>();
            if (documents is null) problems.Add(problem);
            if (given is null) problems.Add(wrong);
            var first = Time("--from", parsed.GetValue(from)!, now, problems);
            var last = Time("--to", parsed.GetValue(to)!, now, problems);
            var between = Duration("--step", parsed.GetValue(step)!, problems);
            var lasting = Duration("--length", parsed.GetValue(length)!, problems);
            var form = parsed.GetValue(output)!;
            if (FindFormProblem(form) is { } unwritten) problems.Add(unwritten);
            var address = parsed.GetValue(prometheus);
            if (PrometheusAddress.FindProblem(address) is { } unusable) problems.Add(unusable);
            if (problems.Count == 0 && first >= last) problems.Add($"--from ({first:u}) is not before --to ({last:u})");
            if (problems.Count == 0 && (last - first) / between > MostWindows)
                problems.Add($"--step {GoDuration.Format(between)} makes more than {MostWindows} windows");
            if (problems.Count > 0) return await UsageAsync(io, problems);

            var (spec, unreadable) = HandMadeRun.Resolve(documents!, given!, placebo.Cluster.Namespace(parsed) ?? "default");
            if (spec is null) return await UsageAsync(io, unreadable.Select(one => one.ToString()));
            var wanted = parsed.GetValue(only) ?? [];
            if (wanted.Except(spec.Metrics.Select(metric => metric.Name)).FirstOrDefault() is { } unknown)
                return await UsageAsync(io,
                    [$"--metric: there is no metric '{unknown}'; there "
                        + $"are {string.Join(", ", spec.Metrics.Select(metric => metric.Name))}"]);
            var judged = spec.Metrics.Where(metric => wanted.Length == 0 || wanted.Contains(metric.Name)).ToArray();
            if (judged.Where(metric => metric.Comparison is not null).Select(metric => metric.Name).ToArray() is { Length: > 0 } compared)
            {
                return await UsageAsync(io,
                    [$"{string.Join(", ", compared)}: a comparison with stable has one verdict for a whole rollout, not one for each "
                        + "window of the past; "
                    + (compared.Length < judged.Length ? "choose the others with --metric" : "canary plan says what it would find, "
                    + "and canary backtest ROLLOUT --placebo how "
                        + "many healthy versions it would have rolled back")]);
            }

            if (wanted.Length > 0) spec = new RunSpec([.. spec.Metrics.Where(metric => wanted.Contains(metric.Name))]);

            using var client = new PrometheusClient(new Uri(address!).AbsoluteUri, isOnly: true, io.Time);
            var (result, fault) = await RunAsync(client, spec, first, last, between, lasting, cancel);
            if (result is null)
            {
                await io.Error.WriteLineAsync($"error: {fault}");
                return (int)ExitCode.Unreachable;
            }

            var text = form switch
            {
                "json" => PrintedDocuments.ToJson(BacktestText.AsDocument(result)),
                "svg" => BacktestPlot.Render(result),
                _ => BacktestText.Render(result),
            };
            if (parsed.GetValue(file) is { } path) await File.WriteAllTextAsync(path, text, cancel);
            else await io.Output.WriteAsync(text);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static async Task<int> PlaceboAsync(CommandIo io, PlaceboOptions placebo, ParseResult parsed, PlaceboWords words,
        DateTimeOffset now, CancellationToken cancel)
    {
        var problems = new List<string>();
        var first = Time("--from", words.From, now, problems);
        var last = Time("--to", words.To, now, problems);
        var length = words.Length is { } given ? Duration("--length", given, problems) : (TimeSpan?)null;
        if (FindFormProblem(words.Form) is { } unknown) problems.Add(unknown);
        if (words.Address is { } named && PrometheusAddress.FindProblem(named) is { } wrong) problems.Add(wrong);
        if (problems.Count == 0 && first >= last) problems.Add($"--from ({first:u}) is not before --to ({last:u})");
        if (problems.Count == 0 && last - first > PlaceboBacktest.Longest)
            problems.Add($"--from ({first:u}) is more than {GoDuration.Format(PlaceboBacktest.Longest)} before --to ({last:u})");
        if (problems.Count > 0) return await UsageAsync(io, problems);
        var (pods, replays, seed) = placebo.Read(parsed);
        var run = new PlaceboBacktest(io, new PlaceboQuestion(first, last, length, pods, replays, seed), words.Address, words.Metrics,
            words.Form, words.Path);
        var name = placebo.Rollout(parsed);
        if (words.Files.Count == 0)
            return await placebo.Cluster.RunAsync(parsed, io,
                async (at, token) => await run.RunAsync(await RolloutFiles.ReadAsync(at, name, token), token), cancel);
        var (found, problem, code) = await RolloutFiles.ReadAsync(words.Files, name, placebo.Cluster.Namespace(parsed), cancel);
        if (found is not null) return (int)await run.RunAsync(found, cancel);
        await io.Error.WriteLineAsync($"error: {problem}");
        return (int)code;
    }

    private static async Task<(BacktestResult? Result, string Fault)> RunAsync(
        PrometheusClient client, RunSpec spec, DateTimeOffset from, DateTimeOffset to, TimeSpan step, TimeSpan length,
        CancellationToken cancel)
    {
        var times = new List<DateTimeOffset>();
        for (var time = from; time <= to; time += step) times.Add(time);
        var past = new PastAnswers(client);
        var windows = new Dictionary<string, IReadOnlyList<Backtest.Window>>(StringComparer.Ordinal);
        foreach (var metric in spec.Metrics)
        {
            if (MetricQueries.For(metric, "", to, out var problem) is not { } query) return (null, $"{metric.Name}: {problem}");
            var answers = await past.AskAsync(query, times, step, cancel);
            if (answers.Values.All(answer => answer is MetricAnswer.Faulted))
                return (null, $"{metric.Name}: {((MetricAnswer.Faulted)answers.Values.First()).Reason}");
            var samples = MetricQueries.SamplesOf(metric, "", to) is { } counting ? await past.AskAsync(counting, times, step, cancel)
                : null;
            windows[metric.Name] = Backtest.Windows(metric, answers, samples);
        }

        // Those that reach beyond the end would say nothing of the template.
        var starts = Backtest.Starts(spec, windows, times.Where(time => time + length <= to), length);
        return (new BacktestResult(from, to, step, length, spec, windows, starts), "");
    }

    private static string? FindFormProblem(string form) =>
        form is "text" or "json" or "svg" ? null : $"--output: found '{form}', allowed are text, json and svg";

    private static DateTimeOffset Time(string option, string text, DateTimeOffset now, List<string> problems)
    {
        // To the second: a window that ends between two scrapes says the same as at the second before.
        if (GoDuration.TryParse(text, out var ago, out _)) return Floor(now - ago);
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time)) return Floor(time);
        problems.Add($"{option}: found '{text}', a time such as 2026-01-31T12:00:00Z is needed, or how long ago, such as 24h");
        return now;
    }

    private static DateTimeOffset Floor(DateTimeOffset time) =>
        new(time.UtcTicks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);

    private static TimeSpan Duration(string option, string text, List<string> problems)
    {
        if (GoDuration.TryParse(text, out var length, out _) && length >= TimeSpan.FromSeconds(1)) return length;
        problems.Add($"{option}: found '{text}', a duration of 1s or more is needed, such as 1m");
        return TimeSpan.FromMinutes(1);
    }

    private static async Task<int> UsageAsync(CommandIo io, IEnumerable<string> problems)
    {
        foreach (var problem in problems) await io.Error.WriteLineAsync($"error: {problem}");
        return (int)ExitCode.Usage;
    }

    private sealed record PlaceboWords(IReadOnlyList<string> Files, string? Address, string From, string To, string? Length,
        IReadOnlyList<string> Metrics, string Form, string? Path);
}
