using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Io;
using Canary.Core.Analysis;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Stores;

namespace Canary.Cli.Reading;

/// <summary>Reads a Rollout and what there is to see of it. What may not be read beside it is left out, and said once.</summary>
/// <param name="isToShow">Whether its measurements and pods are read too: to wait for a rollout, its Deployments are enough.</param>
internal sealed class RolloutReader(ClusterConnection at, string name, CommandIo io, bool isToShow)
{
    private readonly HashSet<string> _said = [];

    public ClusterConnection Cluster => at;

    public ObjectName Name { get; } = new(at.Namespace, name);

    public bool IsToShow => isToShow;

    /// <exception cref="ApiException">The Rollout is not there or may not be read, or the server is away.</exception>
    public async Task<RolloutDetails> ReadAsync(CancellationToken cancel)
    {
        // The workloads first: a status that was written between the two reads then knows more than it is held to, never less.
        var found = await at.Client.GetAsync(KnownKinds.Rollouts, Name, cancel);
        var stable = await ReadSideAsync(found, "stable", cancel);
        var canary = await ReadSideAsync(found, "canary", cancel);
        var rollout = await at.Client.GetAsync(KnownKinds.Rollouts, Name, cancel);
        return new RolloutDetails(rollout, isToShow ? await ReadRunsAsync(rollout, cancel) : [], stable, canary);
    }

    private async Task<SideDetails> ReadSideAsync(JsonObject rollout, string role, CancellationToken cancel)
    {
        var side = SideDetails.Find(rollout, role, null, null);
        if (side.Workload is null) return side;
        try
        {
            side = side with
            {
                Deployment =
                await at.Client.FindAsync(side.Kind, new ObjectName(at.Namespace, side.Workload), cancel)
            };
        }
        catch (ApiException refused) when (refused.IsForbidden && isToShow)
        {
            await WarnAsync(
                $"the workloads are not shown, and whether the controller has seen their last change is not "
                    + $"known: {refused.Status.Message}");
            return side;
        }

        return isToShow && side.Deployment is { } deployment && PodSelector.Find(deployment) is { } selector
            ? side with { Pods = await ReadPodsAsync(selector, cancel) } : side;
    }

    private async Task<IReadOnlyList<JsonObject>?> ReadPodsAsync(string selector, CancellationToken cancel)
    {
        try
        {
            return (await at.Client.ListAllAsync(KnownKinds.Pods, at.Namespace, new ListOptions(LabelSelector: selector), cancel)).Items;
        }
        catch (ApiException refused) when (refused.IsForbidden)
        {
            // The Deployment says how many there are.
            return null;
        }
    }

    private async Task<IReadOnlyList<JsonObject>> ReadRunsAsync(JsonObject rollout, CancellationToken cancel)
    {
        var summaries = (rollout["status"]?["analysis"] as JsonArray ?? []).OfType<JsonObject>();
        var runs = new List<JsonObject>();
        foreach (var summary in summaries)
        {
            var key = new RunKey((string?)summary["revision"] ?? "", (int?)summary["attempt"]
                ?? 1, (int?)summary["step"], Edge((string?)summary["edge"]));
            try
            {
                if (await FindRunAsync(Documents.Uid(rollout), key, cancel) is { } run) runs.Add(run);
            }
            catch (ApiException refused) when (refused.IsForbidden)
            {
                // The rollout itself says how it stands.
                await WarnAsync($"the measurements are not shown: {refused.Status.Message}");
                return runs;
            }
        }

        return runs;
    }

    private async Task<JsonObject?> FindRunAsync(string uid, RunKey key, CancellationToken cancel)
    {
        foreach (var candidate in RunName.Candidates(Name.Name, uid, key))
        {
            if (await at.Client.FindAsync(KnownKinds.AnalysisRuns, new ObjectName(at.Namespace, candidate), cancel) is { } run
                && Documents.OwnerUids(run).Contains(uid)) return run;
        }

        return null;
    }

    private Task WarnAsync(string text) => _said.Add(text) ? io.Error.WriteLineAsync($"warning: {text}") : Task.CompletedTask;

    private static AnalysisPlacement? Edge(string? text) =>
        text switch { "pre" => AnalysisPlacement.Pre, "post" => AnalysisPlacement.Post, _ => null };
}
