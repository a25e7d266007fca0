using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using Canary.Cli.Io;
using Canary.Cli.Reading;
using Canary.Cli.Requests;
using Canary.Usage;

namespace Canary.Cli.Commands;

/// <summary>promote, abort, retry, pause, resume, restart, undo and scale: each writes one request on the
/// Rollout and waits for the controller's answer.</summary>
internal static class RequestCommands
{
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(30);

    public static IEnumerable<Command> Create(CommandIo io)
    {
        var full = new Option<bool>("--full") { Description = "Skip all remaining steps and analyses; pods must still be ready" };
        yield return Create("promote", "End the current pause, or pass the current analysis (--full: skip all that is left)", io,
            parsed => (parsed.GetValue(full) ? "promoteFull" : "promote", null), full);
        yield return Create("abort", "Roll the canary back: all traffic to stable", io);
        yield return Create("retry", "Release a revision that was rolled back again, from the first step", io);
        yield return Create("pause", "Hold the rollout", io);
        yield return Create("resume", "Lift a hold (but not spec.paused, which only the spec lifts)", io);
        yield return Create("restart", "Restart the pods of both sides of spec.workload, by their rolling updates", io);
        var revision = new Option<string?>("--to-revision")
        {
            Description = "Revision to go back to, from canary history (default: the one that was stable before)",
            HelpName = "REVISION",
        };
        revision.CheckNames();
        yield return Create("undo", "Give the Deployment an older version, which is released like any other", io,
            parsed => parsed.GetValue(revision) is { } to ? ("rollbackTo", new RequestDetails(To: to)) : ("undo", null), revision);
        var replicas = new Option<int>("--replicas") { Description = "Replicas; 0: none until the next scale", Required = true };
        replicas.Validators.Add(result =>
        {
            if (result.Tokens is [var one] && int.TryParse(one.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                out var number) && number < 0) result.AddError($"--replicas: found {number}, allowed are 0 and more");
        });
        yield return Create("scale", "Scale the service of spec.workload", io,
            parsed => ("scale", new RequestDetails(Replicas: parsed.GetValue(replicas))), replicas);
    }

    private static Command Create(string action, string description, CommandIo io,
        Func<ParseResult, (string Action, RequestDetails? Details)>? read = null, Option? own = null)
    {
        var command = new Command(action, description);
        var cluster = new ClusterOptions();
        var rollout = NameRule.Rollout();
        var reason = new Option<string?>("--reason") { Description = "Reason, for the history", HelpName = UsageErrors.AnyText };
        var noWait = new Option<bool>("--no-wait") { Description = "Do not wait for the controller's answer" };
        var timeout = TimeoutOption.Create("How long to wait for the answer, then exit code 5 (default: 30s; 0: forever)");
        command.Arguments.Add(rollout);
        command.Options.Add(reason);
        command.Options.Add(noWait);
        command.Options.Add(timeout);
        if (own is not null) command.Options.Add(own);
        cluster.AddTo(command);
        command.SetAction((parsed, cancel) => cluster.RunAsync(parsed, io, (at, token) =>
        {
            var (asked, details) = read?.Invoke(parsed) ?? (action, null);
            TimeSpan? wait = parsed.GetValue(noWait) ? null : parsed.GetValue(timeout) ?? DefaultWait;
            return new Requester(at, io).AskAsync(parsed.GetValue(rollout)!, asked, details, parsed.GetValue(reason) ?? "", wait, token);
        }, cancel));
        return command;
    }
}
