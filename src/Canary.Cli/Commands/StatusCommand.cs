using System;
using System.CommandLine;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Output;
using Canary.Cli.Watching;
using Canary.Kubernetes.Api;
using Spectre.Console;

namespace Canary.Cli.Commands;

/// <summary>One rollout in detail, once or until it ends.</summary>
internal static class StatusCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var command = new Command("status", "Show one rollout: steps, weights, analysis, why it stands where it stands (--watch: until it ends)");
        var cluster = new ClusterOptions();
        var rollout = NameRule.Rollout();
        var watch = new Option<bool>("--watch", "-w")
        {
            Description = "Stay until the rollout ends and the controller has seen every change: exit code 0 when Healthy, 1 when RolledBack or Degraded",
        };
        var timeout = TimeoutOption.Create("With --watch: give up after so long, exit code 5 (default: never)");
        var output = OutputOption.Create();
        command.Arguments.Add(rollout);
        command.Options.Add(watch);
        command.Options.Add(timeout);
        command.Options.Add(output);
        cluster.AddTo(command);
        command.SetAction((parsed, cancel) => cluster.RunAsync(parsed, surroundings, async (at, token) =>
        {
            var name = parsed.GetValue(rollout)!;
            var reader = new RolloutReader(at, name, surroundings, isToShow: true);
            if (parsed.GetValue(watch)) return await WatchAsync(reader, parsed.GetValue(timeout), surroundings, token);
            if (parsed.GetValue(output) is { } form)
            {
                var found = await at.Client.GetAsync(KnownKinds.Rollouts, reader.Name, token);
                await surroundings.Output.WriteAsync(form == "json" ? PrintedDocuments.ToJson(found) : PrintedDocuments.ToYaml(found));
                return ExitCode.Done;
            }

            await surroundings.Output.WriteAsync(RolloutView.Render(await reader.ReadAsync(token), surroundings.Time.GetUtcNow()));
            return ExitCode.Done;
        }, cancel));
        return command;
    }

    private static Task<ExitCode> WatchAsync(RolloutReader reader, TimeSpan? timeout, Surroundings surroundings, CancellationToken cancel)
    {
        var wait = new RolloutWait(reader, WaitGoal.Healthy, surroundings);
        return Console.IsOutputRedirected
            ? wait.RunAsync(timeout, new ProgressLines(surroundings), cancel)
            : AnsiConsole.Live(new Text("")).StartAsync(live => wait.RunAsync(timeout, new LiveText(live, surroundings.Time), cancel));
    }

    private sealed class LiveText(LiveDisplayContext live, TimeProvider time) : IRolloutDisplay
    {
        public TimeSpan? Tick => TimeSpan.FromSeconds(1);

        public Task ShowAsync(RolloutDetails details, WaitAnswer answer)
        {
            live.UpdateTarget(new Text(RolloutView.Render(details, time.GetUtcNow())));
            return Task.CompletedTask;
        }
    }
}
