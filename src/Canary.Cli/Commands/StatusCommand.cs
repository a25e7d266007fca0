using System;
using System.CommandLine;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Io;
using Canary.Cli.Output;
using Canary.Cli.Reading;
using Canary.Cli.Watching;
using Canary.Kubernetes.Api.Objects;
using Canary.Terminal;

namespace Canary.Cli.Commands;

/// <summary>One rollout in detail, once or until it ends.</summary>
internal static class StatusCommand
{
    public static Command Create(CommandIo io)
    {
        var command = new Command("status", "Show a rollout: steps, weights, analysis, and why it waits (--watch: until it ends)");
        var cluster = new ClusterOptions();
        var rollout = NameRule.Rollout();
        var watch = new Option<bool>("--watch", "-w")
        {
            Description =
                "Watch until the rollout ends and the controller has seen every change. Exit code: 0 if Healthy, 1 if RolledBack or "
                    + "Degraded",
        };
        var timeout = TimeoutOption.Create("With --watch: give up after this time with exit code 5 (default: never)");
        var output = OutputOption.Create();
        command.Arguments.Add(rollout);
        command.Options.Add(watch);
        command.Options.Add(timeout);
        command.Options.Add(output);
        cluster.AddTo(command);
        command.SetAction((parsed, cancel) => cluster.RunAsync(parsed, io, async (at, token) =>
        {
            var name = parsed.GetValue(rollout)!;
            var reader = new RolloutReader(at, name, io, isToShow: true);
            var form = parsed.GetValue(output);
            if (parsed.GetValue(watch)) return await WatchAsync(reader, parsed.GetValue(timeout), form, io, token);
            if (form is not null)
            {
                var found = await at.Client.GetAsync(KnownKinds.Rollouts, reader.Name, token);
                await io.Output.WriteAsync(form == "json" ? PrintedDocuments.ToJson(found) : PrintedDocuments.ToYaml(found));
                return ExitCode.Done;
            }

            var details = await reader.ReadAsync(token);
            TerminalConsole.Write(io.Output, width => RolloutPicture.Draw(details, io.Time.GetUtcNow(), width));
            return ExitCode.Done;
        }, cancel));
        return command;
    }

    private static async Task<ExitCode> WatchAsync(RolloutReader reader, TimeSpan? timeout, string? form, CommandIo io,
        CancellationToken cancel)
    {
        var wait = new RolloutWait(reader, WaitGoal.Healthy, io);
        if (form is not null) return await wait.RunAsync(timeout, new DocumentStream(io, form == "json"), cancel);
        if (!TerminalConsole.IsScreen || !ReferenceEquals(io.Output, Console.Out))
            return await wait.RunAsync(timeout, new ProgressLines(io), cancel);
        return await wait.RunAsync(timeout, new RolloutScreen(io), cancel);
    }
}
