using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Io;
using Canary.Cli.Output;
using Canary.Cli.Planning;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Secrets;
using Canary.Core.Units;
using Canary.Kubernetes.Linting;
using Canary.Providers.Metrics;

namespace Canary.Cli.Commands;

/// <summary>Checks files offline.</summary>
internal static class LintCommand
{
    public static Command Create(CommandIo io)
    {
        var command = new Command("lint", "Check Rollouts and templates in files, offline: all errors with file, line and field");
        var files = new Argument<string[]>("FILE")
        {
            Description = "YAML or JSON files, folders of them, or - for standard input",
            Arity = ArgumentArity.OneOrMore
        };
        var prometheus = new Option<string?>("--prometheus")
        {
            Description =
            "Also send every query to this Prometheus, and warn of steps that its traffic is too little for. A query that it cannot "
                + "read is an error; no data is not"
        };
        var scrapes = new Option<string?>("--scrape-interval")
        {
            Description =
            "Time between two scrapes. A window of fewer than 4 scrapes is an error (15s)"
        };
        var output = OutputOption.Create();
        command.Options.Add(prometheus);
        command.Options.Add(scrapes);
        command.Arguments.Add(files);
        command.Options.Add(output);
        command.SetAction(async (parsed, cancel) =>
        {
            var sources = new List<LintSource>();
            foreach (var path in parsed.GetValue(files)!.SelectMany(Expand).Distinct())
            {
                sources.Add(new LintSource(path, await InputFile.ReadAsync(path, cancel)));
            }

            var report = OfflineLint.Run(sources);
            if (report is { Checked: 0, Skipped.Count: 0, Findings.Count: 0 })
            {
                await io.Error.WriteLineAsync(
                    $"error: there is no Kubernetes object in {string.Join(", ", parsed.GetValue(files)!)}: give files or folders with "
                        + "YAML or JSON");
                return (int)ExitCode.Failed;
            }

            List<LintFinding> findings = [.. report.Findings];
            if (parsed.GetValue(scrapes) is { } interval)
            {
                if (!GoDuration.TryParse(interval, out var length, out var problem))
                {
                    await io.Error.WriteLineAsync($"error: --scrape-interval: {problem}");
                    return (int)ExitCode.Usage;
                }

                findings.AddRange(LintQueries.Scrapes(sources, length));
            }

            if (parsed.GetValue(prometheus) is { } address)
            {
                if (PrometheusAddress.FindProblem(address) is { } unusable)
                {
                    await io.Error.WriteLineAsync($"error: {unusable}");
                    return (int)ExitCode.Usage;
                }

                findings.AddRange(await AskAsync(sources, address, io, cancel));
            }

            await io.Output.WriteAsync(parsed.GetValue(output) switch
            {
                "json" => PrintedDocuments.ToJson(LintSummary.Document(report, findings)),
                "yaml" => PrintedDocuments.ToYaml(LintSummary.Document(report, findings)),
                _ => string.Concat(findings.Select(finding => finding + "\n")),
            });
            if (parsed.GetValue(output) is null) await io.Error.WriteLineAsync(LintSummary.Line(sources.Count, report, findings));
            return (int)(findings.All(finding => finding.IsWarning) ? ExitCode.Done : ExitCode.Failed);
        });
        return command;
    }

    // How far back the traffic is looked at.
    private static readonly System.TimeSpan TrafficWindow = System.TimeSpan.FromHours(1);

    /// <summary>Sends each query once. No data is fine: what is asked for may not be there yet.</summary>
    private static async Task<IReadOnlyList<LintFinding>> AskAsync(IReadOnlyList<LintSource> sources, string address,
        CommandIo io, CancellationToken cancel)
    {
        using var client = new PrometheusClient(address, isOnly: true, io.Time);
        var findings = new List<LintFinding>();
        var asked = 0;
        foreach (var same in LintQueries.Collect(sources, io.Time.GetUtcNow())
            .GroupBy(located => (located.Query.Query, located.Query.Range)))
        {
            asked++;
            if (await client.AskAsync(same.First().Query, cancel) is MetricAnswer.Faulted faulted)
                findings.AddRange(same.Select(located => located.Finding(faulted.Reason)));
        }

        foreach (var located in LintRollouts.Collect(sources)) findings.AddRange(await WarnAsync(located, client, io, cancel));
        await io.Error.WriteLineAsync(
            $"{asked} {(asked == 1 ? "query" : "queries")} sent to {AddressCredentials.Split(address).Address}");
        return findings;
    }

    // Where there is no traffic yet, nothing can be said of how much of it is enough.
    private static async Task<IReadOnlyList<LintFinding>> WarnAsync(LintRollouts.Located located, PrometheusClient client, CommandIo io,
        CancellationToken cancel)
    {
        // Its steps have no weights that traffic could be too little for.
        if (located.Analyses.Spec.BlueGreen is not null) return [];
        var questions = new BaselineQuestions(client, TrafficWindow, io.Time.GetUtcNow());
        var findings = new List<LintFinding>();
        foreach (var metric in located.Analyses.Runs.SelectMany(run => run.Run.Metrics)
            .Where(metric => metric.IsComparedWithStable).DistinctBy(AlphaSplit.Key))
        {
            if ((await questions.AskAsync(metric, cancel)).Baseline is { } baseline)
                findings.AddRange(MetricPlan.Of(located.Analyses, metric, baseline).Warnings
                    .Select(warning => located.Warning(located.Analyses.Spec is { Test: null } ? "spec.strategy.canary.steps"
                        : located.Analyses.Spec.StrategyPath, $"metric {metric.Name}: {warning}")));
        }

        return findings;
    }

    private static IEnumerable<string> Expand(string path) =>
        Directory.Exists(path)
            ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".yaml" or ".yml" or ".json").Order(System.StringComparer.Ordinal)
            : [path];
}
