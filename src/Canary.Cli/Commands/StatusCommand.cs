using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Output;
using Canary.Core.Rollouts;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Storing;
using Spectre.Console;

namespace Canary.Cli.Commands;

/// <summary>One rollout in detail, once or until it ends.</summary>
internal static class StatusCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var command = new Command("status", "Show one rollout: steps, weights, analysis, why it stands where it stands (--watch: until it ends)");
        var cluster = new ClusterOptions();
        var rollout = new Argument<string>("ROLLOUT") { Description = "Name of the Rollout" };
        var watch = new Option<bool>("--watch", "-w") { Description = "Stay until the rollout ends: exit code 0 when Healthy, 1 when RolledBack or Degraded" };
        var timeout = new Option<double>("--timeout") { Description = "With --watch: give up after this many seconds (default: never)" };
        var output = OutputOption.Create();
        command.Arguments.Add(rollout);
        command.Options.Add(watch);
        command.Options.Add(timeout);
        command.Options.Add(output);
        cluster.AddTo(command);
        command.SetAction((parsed, cancel) => cluster.RunAsync(parsed, surroundings, async (at, token) =>
        {
            var name = parsed.GetValue(rollout)!;
            if (parsed.GetValue(watch)) return await WatchAsync(at, name, parsed.GetValue(timeout), surroundings, token);
            var found = await at.Client.GetAsync(KnownKinds.Rollouts, new ObjectName(at.Namespace, name), token);
            await surroundings.Output.WriteAsync(parsed.GetValue(output) switch
            {
                "json" => PrintedDocuments.ToJson(found),
                "yaml" => PrintedDocuments.ToYaml(found),
                _ => RolloutView.Render(found, await RunsAsync(at, found, surroundings, token), surroundings.Time.GetUtcNow()),
            });
            return ExitCode.Done;
        }, cancel));
        return command;
    }

    private static async Task<ExitCode> WatchAsync(Cluster at, string name, double seconds, Surroundings surroundings, CancellationToken cancel)
    {
        using var limit = seconds > 0 ? new CancellationTokenSource(TimeSpan.FromSeconds(seconds), surroundings.Time) : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            return Console.IsOutputRedirected
                ? await FollowAsync(at, name, surroundings, (found, _) => PrintLineAsync(found, surroundings), either.Token)
                : await AnsiConsole.Live(new Text("")).StartAsync(live => FollowAsync(
                    at,
                    name,
                    surroundings,
                    (found, runs) =>
                    {
                        live.UpdateTarget(new Text(RolloutView.Render(found, runs, surroundings.Time.GetUtcNow())));
                        return Task.CompletedTask;
                    },
                    either.Token));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            await surroundings.Error.WriteLineAsync($"error: rollout {at.Namespace}/{name} did not end within {seconds:0} s");
            return ExitCode.TimedOut;
        }
    }

    private static async Task<ExitCode> FollowAsync(Cluster at, string name, Surroundings surroundings, Func<JsonObject, IReadOnlyList<JsonObject>, Task> show, CancellationToken cancel)
    {
        await foreach (var found in new ObjectFeed(at.Client, KnownKinds.Rollouts, new ObjectName(at.Namespace, name), surroundings.Time).ReadAsync(cancel))
        {
            await show(found, await RunsAsync(at, found, surroundings, cancel));
            // A phase is final only for the spec that it was decided from.
            if ((long?)found["status"]?["observedGeneration"] != (long?)found["metadata"]?["generation"]) continue;
            switch ((string?)found["status"]?["phase"])
            {
                case "Healthy": return ExitCode.Done;
                case "RolledBack" or "Degraded": return ExitCode.Failed;
                default: continue;
            }
        }

        return ExitCode.NotFound;
    }

    private static Task PrintLineAsync(JsonObject found, Surroundings surroundings) => surroundings.Output.WriteLineAsync(
        $"{surroundings.Time.GetUtcNow():HH:mm:ss} {found["status"]?["phase"]} {RolloutView.StepText(found)} weight {found["status"]?["weights"]?["applied"]}: {found["status"]?["message"]}");

    /// <summary>The runs of the attempt in force, in the order of the status: before the first step, in the background, of the steps, after the last.</summary>
    private static async Task<IReadOnlyList<JsonObject>> RunsAsync(Cluster at, JsonObject rollout, Surroundings surroundings, CancellationToken cancel)
    {
        var summaries = (rollout["status"]?["analysis"] as JsonArray ?? []).OfType<JsonObject>();
        var runs = new List<JsonObject>();
        foreach (var summary in summaries)
        {
            var key = new RunKey((string?)summary["revision"] ?? "", (int?)summary["attempt"] ?? 1, (int?)summary["step"], Edge((string?)summary["edge"]));
            var uid = (string?)rollout["metadata"]?["uid"] ?? "";
            try
            {
                foreach (var name in RunName.Candidates((string?)rollout["metadata"]?["name"] ?? "", uid, key))
                {
                    if (await at.Client.FindAsync(KnownKinds.AnalysisRuns, new ObjectName(at.Namespace, name), cancel) is not { } run || !Documents.OwnerUids(run).Contains(uid)) continue;
                    runs.Add(run);
                    break;
                }
            }
            catch (ApiException refused) when (refused.IsForbidden)
            {
                // The rollout itself says how it stands.
                await surroundings.Error.WriteLineAsync($"warning: the measurements are not shown: {refused.Status.Message}");
                return runs;
            }
        }

        return runs;
    }

    private static RunEdge? Edge(string? text) => text switch { "pre" => RunEdge.Pre, "post" => RunEdge.Post, _ => null };
}
