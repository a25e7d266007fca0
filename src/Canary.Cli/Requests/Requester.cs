using System;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Io;
using Canary.Cli.Reading;
using Canary.Core.Units;
using Canary.Kubernetes.Api.Caching;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Cli.Requests;

/// <summary>Writes a request on a Rollout and waits for the answer in its status.</summary>
internal sealed class Requester(ClusterConnection cluster, CommandIo io)
{
    private static readonly ExponentialBackoff Backoff = new(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1.6));

    private const string FieldManager = "canary-cli";

    /// <param name="name">The Rollout.</param>
    /// <param name="action">What is asked.</param>
    /// <param name="details">What the action asks for besides; null: nothing.</param>
    /// <param name="reason">Why; may be empty.</param>
    /// <param name="wait">How long to wait for the answer; null: not at all.</param>
    public async Task<ExitCode> AskAsync(string name, string action, RequestDetails? details, string reason, TimeSpan? wait,
        CancellationToken cancel)
    {
        var by = await WhoAmIAsync(cancel);
        var id = Guid.NewGuid().ToString("n")[..12];
        for (var tries = 1; ; tries++)
        {
            var rollout = await cluster.Client.GetAsync(KnownKinds.Rollouts, new ObjectName(cluster.Namespace, name), cancel);
            var slot = RequestSlot.Of(rollout);
            if (slot.Waiting is { } waiting && action != "abort")
            {
                await io.Error.WriteLineAsync(
                    $"error: rollout {cluster.Namespace}/{name} has a request that was not handled yet: {waiting}. Wait for it, or abort, "
                        + "which may take its place.");
                return ExitCode.Failed;
            }

            var text = RequestText.Write(id, action, slot.Revision, slot.Step, slot.Edge, by, reason, details);
            try
            {
                await cluster.Client.PatchAsync(
                    KnownKinds.Rollouts,
                    new ObjectName(cluster.Namespace, name),
                    new Patch.Merge(new JsonObject
                    {
                        ["metadata"] = new JsonObject
                        {
                            ["resourceVersion"] = slot.ResourceVersion,
                            ["annotations"] = new JsonObject { [RequestText.Annotation] = text },
                        },
                    }),
                    null,
                    new WriteOptions(FieldManager),
                    cancel);
                break;
            }
            catch (ApiException conflict) when (conflict.IsConflict)
            {
                // Somebody wrote between our look and our request: what we looked at is old, so look again. Where that goes on, a random
                // pause lets one of us through.
                await Task.Delay(Backoff.After(tries, Random.Shared.NextDouble()), io.Time, cancel);
            }
        }

        return wait is { } time ? await WaitAsync(name, id, action, time, cancel)
            : await SaidAsync($"{action} asked of rollout {cluster.Namespace}/{name}");
    }

    private async Task<ExitCode> WaitAsync(string name, string id, string action, TimeSpan time, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(time, io.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            await foreach (var rollout in new ObjectFeed(cluster.Client, KnownKinds.Rollouts, new ObjectName(cluster.Namespace, name),
                io.Time).ReadAsync(either.Token))
            {
                if (rollout["status"]?["lastRequest"] is not JsonObject last || (string?)last["id"] != id) continue;
                var text = (string?)last["message"] ?? "";
                if ((bool?)last["carriedOut"] ?? false) return await SaidAsync($"{action}: {text}");
                await io.Error.WriteLineAsync($"refused: {text}");
                return ExitCode.Failed;
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            // Said below.
        }

        // The request is one of the things that were not seen.
        var unseen = UnseenChanges.Describe(await new RolloutReader(cluster, name, io, isToShow: false).ReadAsync(cancel));
        await io.Error.WriteLineAsync(
            $"error: no answer within {TimeoutOption.Text(time)}{(unseen is null ? "" : ": " + unseen)}. The request stands on "
                + $"rollout {cluster.Namespace}/{name}; is the controller running?");
        return ExitCode.TimedOut;
    }

    private async Task<ExitCode> SaidAsync(string text)
    {
        await io.Output.WriteLineAsync(text);
        return ExitCode.Done;
    }

    /// <summary>The name that the API server knows us by: an admission policy may require that a request says it.</summary>
    private async Task<string> WhoAmIAsync(CancellationToken cancel)
    {
        var review = new ResourceKind("authentication.k8s.io", "v1", "selfsubjectreviews", "SelfSubjectReview", false);
        try
        {
            var answer = await cluster.Client.CreateAsync(
                review,
                null,
                new JsonObject { ["apiVersion"] = "authentication.k8s.io/v1", ["kind"] = "SelfSubjectReview" },
                new WriteOptions(FieldManager),
                cancel);
            if ((string?)answer["status"]?["userInfo"]?["username"] is { Length: > 0 } name) return name;
        }
        catch (ApiException error) when (!error.IsUnanswered && !error.IsUnauthorized)
        {
            // A server that does not tell (older than 1.28, or not allowed): the name of this machine's user is the best there is.
        }

        return Environment.UserName;
    }
}
