using System;
using System.CommandLine;
using System.Linq;
using Canary.Cli.Io;
using Canary.Cli.Reading;
using Canary.Cli.Watching;

namespace Canary.Cli.Commands;

/// <summary>Waits for a rollout, as a pipeline does.</summary>
internal static class WaitCommand
{
    public static Command Create(CommandIo io)
    {
        var command = new Command("wait", "Wait for a rollout in a pipeline. Exit code: 0 succeeded, 1 ended otherwise, 5 after --timeout");
        var cluster = new ClusterOptions();
        var rollout = NameRule.Rollout();
        var goals = Enum.GetNames<WaitGoal>().Select(name => name.ToLowerInvariant()).ToArray();
        var goal = new Option<string>("--for")
        {
            Description =
                "promoted: the revision that the canary's workload has now runs on stable; healthy: no release is under way; paused: the "
                    + "rollout waits for a person or a time; "
                + "rolledback: all traffic is back at stable; observed: the controller has seen every change. The others also wait until "
                + "it has",
            Required = true,
            HelpName = string.Join('|', goals),
        };
        goal.AcceptOnlyFromAmong(goals);
        var timeout = TimeoutOption.Create("Give up after this time with exit code 5 (default: never)");
        command.Arguments.Add(rollout);
        command.Options.Add(goal);
        command.Options.Add(timeout);
        cluster.AddTo(command);
        command.SetAction((parsed, cancel) => cluster.RunAsync(parsed, io, (at, token) =>
        {
            var waiting = new RolloutWait(new RolloutReader(at, parsed.GetValue(rollout)!, io, isToShow: false),
                Enum.Parse<WaitGoal>(parsed.GetValue(goal)!, ignoreCase: true), io);
            return waiting.RunAsync(parsed.GetValue(timeout), new ProgressLines(io), token);
        }, cancel));
        return command;
    }
}
