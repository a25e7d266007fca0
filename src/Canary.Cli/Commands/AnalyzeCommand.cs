using System;
using System.CommandLine;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Io;
using Canary.Cli.Output;
using Canary.Core.Analysis;
using Canary.Kubernetes.Api.Caching;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Mapping;

namespace Canary.Cli.Commands;

/// <summary>An analysis by itself: makes an AnalysisRun, and waits for its verdict.</summary>
internal static class AnalyzeCommand
{
    private static readonly WriteOptions Writing = new("canary-cli", FieldValidation: "Strict");

    public static Command Create(CommandIo io)
    {
        var command =
            new Command("analyze", "Run analysis templates without a Rollout (--watch: until the verdict, which is the exit code)");
        var cluster = new ClusterOptions();
        var files = new Option<string[]>("--filename",
            "-f")
        { Description = "File with templates, or - for standard input. Can be repeated", AllowMultipleArgumentsPerToken = false };
        var templates = new Option<string[]>("--template") { Description = "AnalysisTemplate in the namespace. Can be repeated" };
        var clusterTemplates = new Option<string[]>("--cluster-template") { Description = "ClusterAnalysisTemplate. Can be repeated" };
        var arguments = new Option<string[]>("--arg") { Description = "Argument: NAME=VALUE. Can be repeated" };
        var name = new Option<string?>("--name") { Description = "Name of the AnalysisRun (default: from the template's name)" };
        var watch = new Option<bool>("--watch",
            "-w")
        { Description = "Show each measurement until the verdict. Exit code: 0 Successful, 1 Failed, 6 Inconclusive, 7 Error" };
        var timeout = TimeoutOption.Create("With --watch: give up after this time with exit code 5; the run continues (default: never)");
        var terminate =
            new Option<bool>("--terminate-on-interrupt") { Description = "With --watch: Ctrl-C and --timeout also end the run" };
        templates.CheckNames();
        clusterTemplates.CheckNames();
        name.CheckNames(isPrefixAllowed: true);
        foreach (var option in new Option[] { files, templates, clusterTemplates, arguments, name, watch, timeout, terminate })
            command.Options.Add(option);
        cluster.AddTo(command);
        command.SetAction((parsed, cancel) => cluster.RunAsync(parsed, io, async (at, token) =>
        {
            var (documents, problem) = await TemplateFiles.ReadAsync(parsed.GetValue(files) ?? [], token);
            var (given, wrong) = TemplateFiles.Arguments(parsed.GetValue(arguments) ?? []);
            TemplateReference[] references =
            [
                .. (parsed.GetValue(templates) ?? []).Select(one => new TemplateReference(one, false)),
                .. (parsed.GetValue(clusterTemplates) ?? []).Select(one => new TemplateReference(one, true)),
            ];
            if (documents is null || given is null) return await UsageAsync(io, documents is null ? problem : wrong);
            if (documents.Count + references.Length == 0)
                return await UsageAsync(io, "there is nothing to run: give --filename, --template or --cluster-template");

            var own = parsed.GetValue(name)
                ?? (documents.Select(NameOf).Concat(references.Select(one => one.TemplateName)).FirstOrDefault(one => one is not null)
                    ?? "run") + "-";
            var (document, problems) = HandMadeRun.Make(documents, references, given, at.Namespace, own);
            if (problems.Count > 0)
            {
                foreach (var one in problems) await io.Error.WriteLineAsync($"error: {one}");
                return ExitCode.Usage;
            }

            var (obstacles, code) = await ClusterTemplates.CheckAsync(at, document, token);
            if (code != ExitCode.Done)
            {
                foreach (var one in obstacles) await io.Error.WriteLineAsync($"error: {one}");
                return code;
            }

            var made = await at.Client.CreateAsync(KnownKinds.AnalysisRuns, at.Namespace, document, Writing, token);
            var run = ObjectName.Of(made);
            await io.Output.WriteLineAsync($"AnalysisRun {run} is made");
            return parsed.GetValue(watch)
                ? await WatchAsync(at, run, parsed.GetValue(timeout), parsed.GetValue(terminate), io, token) : ExitCode.Done;
        }, cancel));
        return command;
    }

    // A file may hold anything.
    private static string? NameOf(JsonObject template) =>
        template["metadata"] is JsonObject metadata && metadata["name"] is JsonValue value && value.TryGetValue<string>(out var name) ? name
        : null;

    private static async Task<ExitCode> WatchAsync(ClusterConnection at, ObjectName name, TimeSpan? timeout, bool isToEnd,
        CommandIo io, CancellationToken cancel)
    {
        using var limit = timeout is { } length ? new CancellationTokenSource(length, io.Time) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            return await FollowAsync(at, name, io, either.Token);
        }
        catch (OperationCanceledException)
        {
            var what = cancel.IsCancellationRequested ? "interrupted"
                : $"no verdict within {TimeoutOption.Text(timeout!.Value)}{await WhySilentAsync(at, name, cancel)}";
            if (isToEnd) await EndAsync(at, name);
            await io.Error.WriteLineAsync($"error: {what}; AnalysisRun {name} {(isToEnd ? "is told to end" : "goes on")}");
            return ExitCode.TimedOut;
        }
    }

    private static async Task<string> WhySilentAsync(ClusterConnection at, ObjectName name, CancellationToken cancel) =>
        await at.Client.FindAsync(KnownKinds.AnalysisRuns, name, cancel) is { } run && run["status"] is null
        ? ": no controller has looked at it yet" : "";

    // The cut of what was waited for must not cut this off too.
    private static async Task EndAsync(ClusterConnection at, ObjectName name) => await at.Client.PatchAsync(
        KnownKinds.AnalysisRuns, name, new Patch.Merge(new JsonObject { ["spec"] = new JsonObject { ["terminate"] = true } }), null,
        Writing, CancellationToken.None);

    private static async Task<ExitCode> FollowAsync(ClusterConnection at, ObjectName name, CommandIo io, CancellationToken cancel)
    {
        var view = new MeasurementLines();
        await foreach (var run in new ObjectFeed(at.Client, KnownKinds.AnalysisRuns, name, io.Time).ReadAsync(cancel))
        {
            if (await ShowAsync(run) is { } verdict) return verdict;
        }

        await io.Error.WriteLineAsync($"error: AnalysisRun {name} was deleted before its verdict");
        return ExitCode.NotFound;

        async Task<ExitCode?> ShowAsync(JsonObject run)
        {
            foreach (var line in view.Next(run)) await io.Output.WriteLineAsync(line);
            if (run["status"]?["endedAt"] is null) return null;
            var phase = (string?)run["status"]!["phase"] ?? "";
            await io.Output.WriteLineAsync($"{phase}: {run["status"]!["message"]}");
            return phase switch
            {
                nameof(RunPhase.Successful) => ExitCode.Done,
                nameof(RunPhase.Inconclusive) => ExitCode.Inconclusive,
                nameof(RunPhase.Error) => ExitCode.NoAnswers,
                _ => ExitCode.Failed,
            };
        }
    }

    private static async Task<ExitCode> UsageAsync(CommandIo io, string problem)
    {
        await io.Error.WriteLineAsync($"error: {problem}");
        return ExitCode.Usage;
    }
}
