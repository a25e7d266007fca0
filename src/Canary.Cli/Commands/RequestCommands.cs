using System;
using System.Collections.Generic;
using System.CommandLine;
using Canary.Cli.Io;
using Canary.Cli.Requests;
using Canary.Usage;

namespace Canary.Cli.Commands;

/// <summary>promote, abort, retry, pause and resume: each writes one request on the Rollout and waits for the controller's
/// answer.</summary>
internal static class RequestCommands
{
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(30);

    public static IEnumerable<Command> Create(CommandIo io)
    {
        yield return Create("promote", "End the current pause, or pass the current analysis (--full: skip all that is left)", io,
            true);
        yield return Create("abort", "Roll the canary back: all traffic to stable", io, false);
        yield return Create("retry", "Release a revision that was rolled back again, from the first step", io, false);
        yield return Create("pause", "Hold the rollout", io, false);
        yield return Create("resume", "Lift a hold (but not spec.paused, which only the spec lifts)", io, false);
    }

    private static Command Create(string action, string description, CommandIo io, bool hasFull)
    {
        var command = new Command(action, description);
        var cluster = new ClusterOptions();
        var rollout = NameRule.Rollout();
        var reason = new Option<string?>("--reason") { Description = "Reason, for the history", HelpName = UsageErrors.AnyText };
        var noWait = new Option<bool>("--no-wait") { Description = "Do not wait for the controller's answer" };
        var timeout = TimeoutOption.Create("How long to wait for the answer, then exit code 5 (default: 30s; 0: forever)");
        var full = new Option<bool>("--full") { Description = "Skip all remaining steps and analyses; pods must still be ready" };
        command.Arguments.Add(rollout);
        command.Options.Add(reason);
        command.Options.Add(noWait);
        command.Options.Add(timeout);
        if (hasFull) command.Options.Add(full);
        cluster.AddTo(command);
        command.SetAction((parsed, cancel) => cluster.RunAsync(parsed, io, (at, token) =>
        {
            var asked = hasFull && parsed.GetValue(full) ? "promoteFull" : action;
            TimeSpan? wait = parsed.GetValue(noWait) ? null : parsed.GetValue(timeout) ?? DefaultWait;
            return new Requester(at, io).AskAsync(parsed.GetValue(rollout)!, asked, parsed.GetValue(reason) ?? "", wait, token);
        }, cancel));
        return command;
    }
}
