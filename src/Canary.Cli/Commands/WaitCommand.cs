using System;
using System.CommandLine;
using System.Linq;
using Canary.Cli.Watching;

namespace Canary.Cli.Commands;

/// <summary>Waits for a rollout, as a pipeline does.</summary>
internal static class WaitCommand
{
    public static Command Create(CommandIo surroundings)
    {
        var command = new Command("wait", "Wait for a rollout, as a pipeline does: exit code 0 when it is so, 1 when it ended otherwise, 5 after --timeout");
        var cluster = new ClusterOptions();
        var rollout = NameRule.Rollout();
        var goals = Enum.GetNames<WaitGoal>().Select(name => name.ToLowerInvariant()).ToArray();
        var goal = new Option<string>("--for")
        {
            Description = "promoted: the revision that the canary's workload holds now runs on stable; healthy: nothing is being released; paused: it waits for a person or a time; "
                + "rolledback: all traffic is back at stable; observed: the controller has seen every change. None is taken for true before the controller has seen every change",
            Required = true,
            HelpName = string.Join('|', goals),
        };
        goal.AcceptOnlyFromAmong(goals);
        var timeout = TimeoutOption.Create("Give up after so long, exit code 5 (default: never)");
        command.Arguments.Add(rollout);
        command.Options.Add(goal);
        command.Options.Add(timeout);
        cluster.AddTo(command);
        command.SetAction((parsed, cancel) => cluster.RunAsync(parsed, surroundings, (at, token) =>
        {
            var waiting = new RolloutWait(new RolloutReader(at, parsed.GetValue(rollout)!, surroundings, isToShow: false), Enum.Parse<WaitGoal>(parsed.GetValue(goal)!, ignoreCase: true), surroundings);
            return waiting.RunAsync(parsed.GetValue(timeout), new ProgressLines(surroundings), token);
        }, cancel));
        return command;
    }
}
