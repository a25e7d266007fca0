using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Io;
using Canary.Cli.Output;
using Canary.Cli.Planning;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Planning;
using Canary.Core.Units;
using Canary.Kubernetes.Stores;
using Canary.Kubernetes.Workloads;
using Canary.Providers.Metrics;

namespace Canary.Cli.Commands;

/// <summary>Says before a rollout begins what its comparison with stable will see.</summary>
internal static class PlanCommand
{
    public static Command Create(CommandIo io)
    {
        var command = new Command("plan",
            "Before a rollout: how long each step needs to find a canary that is 1.5, 2, 5 or 10 times as bad, at today's traffic "
                + "(--suggest: better steps)");
        var cluster = new ClusterOptions();
        var rollout = NameRule.Rollout();
        var files = new Option<string[]>("--filename",
            "-f")
        {
            Description =
                "File with the Rollout or its templates, or - for standard input, instead of the cluster. Can be repeated"
        };
        var prometheus = new Option<string?>("--prometheus") { Description = "Address of Prometheus (default: that of the template)" };
        var window =
            new Option<string>("--window") { Description = "How far back to measure the service", DefaultValueFactory = _ => "1h" };
        var suggest = new Option<bool>("--suggest")
        {
            Description =
            "Suggest steps that find twice as many errors with the fewest requests affected"
        };
        var within =
            new Option<string>("--within") { Description = "How long the suggested steps may take", DefaultValueFactory = _ => "1h" };
        var output = new Option<string>("--output", "-o") { Description = "text or json", DefaultValueFactory = _ => "text" };
        output.AcceptOnlyFromAmong("text", "json");
        command.Arguments.Add(rollout);
        foreach (var option in new Option[] { files, prometheus, window, suggest, within, output }) command.Options.Add(option);
        cluster.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var problems = new List<string>();
            var back = Duration("--window", parsed.GetValue(window)!, TimeSpan.FromMinutes(2), problems);
            var longest = Duration("--within", parsed.GetValue(within)!, TimeSpan.FromMinutes(1), problems);
            var address = parsed.GetValue(prometheus);
            if (address is not null && PrometheusAddress.FindProblem(address) is { } wrong) problems.Add(wrong);
            if (problems.Count > 0) return (int)await SayAsync(io, problems, ExitCode.Usage);

            var asked = new Question(back, parsed.GetValue(suggest) ? longest : null, address, parsed.GetValue(output) == "json");
            var name = parsed.GetValue(rollout)!;
            if (parsed.GetValue(files) is not { Length: > 0 } paths)
                return await cluster.RunAsync(parsed, io,
                    async (at, token) => await PlanAsync(await RolloutFiles.ReadAsync(at, name, token), asked, io, token),
                    cancel);
            var (found, problem, code) = await RolloutFiles.ReadAsync(paths, name, cluster.Namespace(parsed), cancel);
            return (int)(found is null ? await SayAsync(io, [problem], code)
                : await PlanAsync(found, asked, io, cancel));
        });
        return command;
    }

    private static async Task<ExitCode> PlanAsync(RolloutFiles files, Question asked, CommandIo io, CancellationToken cancel)
    {
        var (analyses, wrong) = RolloutAnalyses.Read(files.Rollout, files.Others, files.Unread);
        if (analyses is null) return await SayAsync(io, wrong.Select(one => one.ToString()), ExitCode.Failed);
        if (analyses.Spec.BlueGreen is { } blueGreen)
        {
            var switching = new BlueGreenPlan(analyses, blueGreen,
                CapacityCheck.Find(analyses.Spec, (string?)files.Rollout["metadata"]?["namespace"] ?? "", files.Others));
            await io.Output.WriteAsync(asked.IsJson ? PrintedDocuments.ToJson(switching.Build()) : switching.Render());
            return ExitCode.Done;
        }

        MetricSpec[] tests =
            [.. analyses.Runs.SelectMany(run => run.Run.Metrics).Where(metric => metric.IsSequentialTest).DistinctBy(AlphaSplit.Key)];
        if (asked.Address is null
            && tests.FirstOrDefault(metric => ((ProviderSpec.Red)metric.Provider).Connection.Address is null) is { } lost)
            return await SayAsync(io, [$"metric {lost.Name} names no address of a Prometheus; give --prometheus"],
                ExitCode.Usage);

        using var client = new PrometheusClient(asked.Address ?? "", isOnly: asked.Address is not null, io.Time);
        var questions = new BaselineQuestions(client, asked.Window, io.Time.GetUtcNow());
        var (plans, failures, code) = (new List<MetricPlan>(), new List<string>(), ExitCode.Done);
        var objectives = new List<ObjectiveSection>();
        foreach (var metric in tests)
        {
            var (baseline, problem, failure) = await questions.AskAsync(AsStable(analyses, metric), cancel);
            if (baseline is not null && metric.Comparison!.Objective is not null)
                objectives.Add(new ObjectiveSection(metric, baseline, Ramp.Of(analyses.Spec, analyses.Runs, metric)));
            else if (baseline is not null) plans.Add(MetricPlan.Of(analyses, metric, baseline));
            else failures.Add($"metric {metric.Name}: {problem}");
            if (code == ExitCode.Done) code = failure;
        }

        if (plans.Count + objectives.Count > 0)
        {
            // Errors are what users suffer from most; of durations only where nothing else is compared.
            var first = plans.FirstOrDefault(one => one.Baseline.Bound is null) ?? plans.FirstOrDefault();
            var plan = new RolloutPlan(analyses, asked.Window, plans,
                asked.Within is { } within && first is not null ? StepAdvice.Of(analyses, first, within) : null)
            {
                Objectives = objectives,
                LackingPods = CapacityCheck.Find(analyses.Spec, (string?)files.Rollout["metadata"]?["namespace"] ?? "", files.Others),
                Warnings =
                [
                    .. PodShareCheck.Find(analyses.Spec, (string?)files.Rollout["metadata"]?["namespace"] ?? "", files.Others)
                        .Concat(HeaderRouteWarnings.Find(analyses.Spec))
                        .Concat(plans.Count == 0 ? [] : EvidenceWarnings.Find(analyses.Spec,
                            CapacityCheck.Replicas(analyses.Spec.Traffic.NamedStable, files.Others)))
                        .Select(warning => warning.ToString()),
                ],
            };
            await io.Output.WriteAsync(asked.IsJson ? PrintedDocuments.ToJson(PlanDocument.Build(plan)) : PlanText.Render(plan));
        }

        return failures.Count > 0 ? await SayAsync(io, failures, code) : code;
    }

    // An objective names no stable; what its service is like now is what stable is.
    private static MetricSpec AsStable(RolloutAnalyses analyses, MetricSpec metric) => metric.Comparison!.Objective is null ? metric
        : metric with
        {
            Comparison = metric.Comparison with { StableSubject = analyses.FindStableSubject(((ProviderSpec.Red)metric.Provider).Subject) },
        };

    private static TimeSpan Duration(string option, string text, TimeSpan least, List<string> problems)
    {
        if (GoDuration.TryParse(text, out var length, out _) && length >= least && length <= StepAdvice.Longest) return length;
        problems.Add($"{option}: found '{text}', a duration from {GoDuration.Format(least)} to 744h is needed, such as 1h");
        return least;
    }

    private static async Task<ExitCode> SayAsync(CommandIo io, IEnumerable<string> problems, ExitCode code)
    {
        foreach (var problem in problems) await io.Error.WriteLineAsync($"error: {problem}");
        return code;
    }

    private sealed record Question(TimeSpan Window, TimeSpan? Within, string? Address, bool IsJson);
}
