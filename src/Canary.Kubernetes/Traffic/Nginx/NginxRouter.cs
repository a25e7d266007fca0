using System.Collections.Generic;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.Claims;

namespace Canary.Kubernetes.Traffic.Nginx;

/// <summary>Makes a canary Ingress beside each Ingress of the user, and writes the weight there.</summary>
/// <remarks>It is made with weight 0, and raised by a second write, before which the Rollout is looked for again: a creation that arrives
/// after the Rollout is gone raises nothing, and is taken back.</remarks>
internal sealed class NginxRouter(ApiClient client, IRouterCaches caches) : ITrafficRouter
{
    private static readonly WriteOptions Options = new("canary", FieldValidation: "Strict", IsRepeatable: true);

    private readonly ReferencedObjects _ingresses = caches.Referenced(KnownKinds.Ingresses);
    private readonly RoutedObjectWriter _writer = new(client, caches, KnownKinds.Ingresses, caches.Referenced(KnownKinds.Ingresses));

    /// <inheritdoc />
    public async Task<RouterReading> ReadAsync(RolloutSnapshot rollout, TrafficSpec traffic, CancellationToken cancel)
    {
        if (_ingresses.Problem is { } unread)
            return new RouterReading([], [new SpecError($"spec.traffic.{NginxDescriptor.Field}", $"Ingresses cannot be read: {unread}")]);
        var (routes, problems) = (new List<RouteObservation>(), new List<SpecError>());
        var needed = ManagedRouteSteps.StillNeeded(rollout.Status, rollout.Spec);
        foreach (var one in Canaries(rollout, traffic))
        {
            var (main, canary) = (await _ingresses.FindAsync(one.Main, cancel), await _ingresses.FindAsync(one.Name, cancel));
            if (main is null)
                problems.Add(new SpecError($"{one.Path}.name",
                    $"Ingress {one.Main} is not there; {_ingresses.DescribeNames(rollout.Name.Namespace)}"));
            else problems.AddRange(one.Check(main));
            problems.AddRange(one.CheckManaged(needed));
            if (canary is not null && Foreign(canary, rollout) is { } foreign) problems.Add(new SpecError($"{one.Path}.name", foreign));
            // Without the Ingress that it stands beside, a canary gets no requests.
            if (main is null && canary is null) continue;
            var carried = canary is null ? null : ClaimPatch.Read(canary);
            routes.Add(one.Read(canary, main, rollout.Status) with
            {
                Sequence = canary is null ? null : ClaimPatch.SequenceOf(canary, rollout),
                IsClaimedByAnother = carried is { } other && other.RolloutUid != rollout.Uid,
            });
        }

        return new RouterReading([.. routes], [.. problems]);
    }

    /// <inheritdoc />
    public Task<WriteResult> ClaimAsync(RolloutSnapshot rollout, TrafficSpec traffic, Claim claim, CancellationToken cancel) =>
        WriteAllAsync(rollout, traffic, claim, isNeeded: claim.Sequence > 0,
            (_, canary, _) => new RoutePatch(CanaryIngress.ForClaim(canary, claim)), cancel);

    /// <inheritdoc />
    public Task<WriteResult> ApplyAsync(RolloutSnapshot rollout, TrafficSpec traffic, RoutePlan plan, Claim claim,
        CancellationToken cancel) =>
        WriteAllAsync(rollout, traffic, claim, isNeeded: claim.Sequence > 0 || plan.Second != Weight.Zero || !plan.Managed.IsNone,
            (one, canary, main) => one.ForPlan(canary, main, plan, claim), cancel);

    /// <inheritdoc />
    public async Task<ReleaseResult> ReleaseAsync(RolloutSnapshot rollout, TrafficSpec traffic, Weight? second, Claim claim,
        CancellationToken cancel)
    {
        var tally = new ReleaseTally();
        foreach (var one in Canaries(rollout, traffic))
        {
            if (_ingresses.Problem is { } problem)
            {
                tally.Refuse($"Ingresses cannot be read: {problem}");
                break;
            }

            // One that was made a moment ago is not in the cache yet.
            if ((await _ingresses.FindAsync(one.Name, cancel) ?? await ReadLiveAsync(one, tally, cancel)) is not { } canary) continue;
            if (Foreign(canary, rollout) is { } foreign)
            {
                tally.Leave(foreign);
                continue;
            }

            var result = await _writer.ReleaseAsync(canary, rollout, claim, read => CanaryIngress.ForClaim(read, claim),
                read => one.ForRelease(read, second, claim), cancel);
            if (result is WriteResult.Applied && second == Weight.Zero) result = await DeleteAsync(one, canary, cancel);
            string[] changes = second == Weight.Zero ? [$"{one.Title} deleted"]
                : second is { } share && one.ShareOf(canary) != share ? [$"{one.Title} to {share}"] : [];
            if (!tally.Take(result, changes, [])) break;
        }

        return tally.Result();
    }

    private async Task<JsonObject?> ReadLiveAsync(CanaryIngress one, ReleaseTally tally, CancellationToken cancel)
    {
        try
        {
            return await _ingresses.RefreshAsync(one.Name, cancel);
        }
        catch (ApiException failure)
        {
            tally.Refuse($"{one.Title} cannot be read: {failure.Status.Message}");
            return null;
        }
    }

    private async Task<WriteResult> WriteAllAsync(RolloutSnapshot rollout, TrafficSpec traffic, Claim claim, bool isNeeded,
        System.Func<CanaryIngress, JsonObject, JsonObject?, RoutePatch> build, CancellationToken cancel)
    {
        var writes = 0;
        WriteResult? failure = null;
        foreach (var one in Canaries(rollout, traffic))
        {
            var result = await WriteAsync(one, rollout, claim, isNeeded, build, cancel);
            if (result is WriteResult.Applied applied) writes += applied.Writes;
            else if (result is WriteResult.Lost { IsToLaterLeader: true }) return result;
            else failure = failure is null or WriteResult.Contended ? result : failure;
        }

        return failure ?? new WriteResult.Applied(writes);
    }

    private async Task<WriteResult> WriteAsync(CanaryIngress one, RolloutSnapshot rollout, Claim claim, bool isNeeded,
        System.Func<CanaryIngress, JsonObject, JsonObject?, RoutePatch> build, CancellationToken cancel)
    {
        try
        {
            var (main, canary) = (await _ingresses.FindAsync(one.Main, cancel), await _ingresses.FindAsync(one.Name, cancel));
            JsonObject? made = null;
            if (canary is null)
            {
                // What is not there sends nothing to anybody.
                if (!isNeeded) return new WriteResult.Applied(0);
                if (main is null) return new WriteResult.Refused($"Ingress {one.Main} is not there");
                if (one.Check(main) is { Count: > 0 } problems) return new WriteResult.Refused(string.Join("; ", problems));
                if (await UnclaimedObject.CheckAsync(client, one.Title, [], rollout, cancel) is { } gone) return gone;
                using var write = caches.Writes.Begin(KnownKinds.Ingresses, one.Name);
                made = await client.CreateAsync(KnownKinds.Ingresses, one.Name.Namespace,
                    one.Document(main, rollout.Name.Name, claim), Options, cancel);
                write.Answered(made);
                // Made late, it may be that of a Rollout that went meanwhile: its own claim proves nothing.
                if (await UnclaimedObject.CheckAsync(client, one.Title, [], rollout, cancel) is { } late)
                {
                    await DeleteAsync(one, made, cancel);
                    return late;
                }
            }
            else if (Foreign(canary, rollout) is { } foreign) return new WriteResult.Lost(foreign, IsToLaterLeader: false);

            var (result, _) = await _writer.WriteAsync(one.Name, rollout, claim, document => build(one, document, main), cancel,
                made);
            return result is WriteResult.Applied applied && made is not null ? applied with { Writes = applied.Writes + 1 } : result;
        }
        catch (ApiException failure) when (failure.IsConflict || failure.IsAlreadyExists)
        {
            return new WriteResult.Contended($"{one.Title}: {failure.Status.Message}");
        }
        catch (ApiException failure)
        {
            return new WriteResult.Refused($"{one.Title}: {failure.Status.Message}");
        }
    }

    // Nothing goes there any more, and nobody but Canary made it.
    private async Task<WriteResult> DeleteAsync(CanaryIngress one, JsonObject canary, CancellationToken cancel)
    {
        try
        {
            await client.DeleteAsync(KnownKinds.Ingresses, one.Name,
                new DeleteOptions(DeletePropagation.Background, Documents.Uid(canary)), cancel);
            return new WriteResult.Applied(1);
        }
        catch (ApiException failure) when (failure.IsNotFound)
        {
            return new WriteResult.Applied(0);
        }
        catch (ApiException failure)
        {
            return new WriteResult.Refused($"{one.Title}: {failure.Status.Message}");
        }
    }

    private string? Foreign(JsonObject canary, RolloutSnapshot rollout) =>
        _writer.Taken(canary, rollout) ?? (CopyLabels.IsOf(canary, rollout.Name.Name) ? null
            : $"Canary makes Ingress {ObjectName.Of(canary)}, and one of that name is there that it did not make; rename or delete it");

    private static IReadOnlyList<CanaryIngress> Canaries(RolloutSnapshot rollout, TrafficSpec traffic) =>
        NginxDescriptor.Canaries(traffic, rollout.Name.Namespace);
}
