using System;
using System.Collections.Generic;
using System.Linq;
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

namespace Canary.Kubernetes.Traffic;

/// <summary>A router whose weights are in objects of users. What is particular to it is pure: <see cref="RoutedDocument"/>.</summary>
/// <param name="client">The API server.</param>
/// <param name="caches">The objects that Rollouts name.</param>
/// <param name="kinds">The kinds that the router writes.</param>
/// <param name="find">The objects that a Rollout names, by its namespace.</param>
internal sealed class DocumentRouter(ApiClient client, IRouterCaches caches, IEnumerable<ResourceKind> kinds,
    Func<TrafficSpec, string, IReadOnlyList<RoutedDocument>> find) : ITrafficRouter
{
    private readonly Dictionary<ResourceKind, (ReferencedObjects Objects, RoutedObjectWriter Writer)> _kinds = kinds.ToDictionary(
        kind => kind, kind => (caches.Referenced(kind), new RoutedObjectWriter(client, caches, kind, caches.Referenced(kind))));

    /// <inheritdoc />
    public async Task<RouterReading> ReadAsync(RolloutSnapshot rollout, TrafficSpec traffic, CancellationToken cancel)
    {
        var named = Named(rollout, traffic);
        SpecError[] unread = [.. named.Select(one => one.Kind).Distinct().Where(kind => Unread(kind) is not null)
            .Select(kind => new SpecError($"spec.traffic.{traffic.Router.Key}", $"{kind.Kind}s cannot be read: {Unread(kind)}"))];
        if (unread.Length > 0) return new RouterReading([], [.. unread]);
        var (observed, problems, obstacles) = (new List<RouteObservation>(), new List<SpecError>(), new List<SpecError>());
        var needed = ManagedRouteSteps.StillNeeded(rollout.Status, rollout.Spec);
        var absent = 0;
        // A kind that is not served has no objects: each that is named is absent, and keeps no other one from being read.
        foreach (var kind in named.Select(one => one.Kind).Distinct().Where(kind => _kinds[kind].Objects.Problem is not null))
        {
            absent++;
            problems.Add(new SpecError($"spec.traffic.{traffic.Router.Key}",
                $"{kind.Kind}s cannot be read: {_kinds[kind].Objects.Problem}"));
        }

        foreach (var one in named.Where(one => _kinds[one.Kind].Objects.Problem is null))
        {
            var (objects, writer) = _kinds[one.Kind];
            if (await objects.FindAsync(one.Name, cancel) is not { } document)
            {
                absent++;
                problems.Add(new SpecError($"{one.Path}.name",
                    $"{one.Title} is not there; {objects.DescribeNames(rollout.Name.Namespace)}"));
                continue;
            }

            if (writer.Taken(document, rollout) is { } taken) problems.Add(new SpecError($"{one.Path}.name", taken));
            var reading = one.Read(document, rollout.Status);
            problems.AddRange(reading.Problems);
            if (!needed.IsNone) obstacles.AddRange(one.CheckManaged(document, needed));
            obstacles.AddRange(reading.Obstacles);
            var carried = ClaimPatch.Read(document);
            observed.AddRange(reading.Routes.Select(route => route with
            {
                Sequence = ClaimPatch.SequenceOf(document, rollout),
                IsClaimedByAnother = carried is { } other && other.RolloutUid != rollout.Uid,
            }));
        }

        // One that is gone sends nothing to anybody, so the others can still show that a rollout is rolled back. One that cannot be
        // understood may well send something.
        return new RouterReading(problems.Count == absent ? observed.ToEquatableArray() : [], [.. problems, .. obstacles]);
    }

    /// <inheritdoc />
    public Task<WriteResult> ClaimAsync(RolloutSnapshot rollout, TrafficSpec traffic, Claim claim, CancellationToken cancel) =>
        WriteAllAsync(rollout, traffic, claim, (one, document) => new RoutePatch(one.ForClaim(document, claim)), cancel);

    /// <inheritdoc />
    public Task<WriteResult> ApplyAsync(RolloutSnapshot rollout, TrafficSpec traffic, RoutePlan plan, Claim claim,
        CancellationToken cancel) =>
        WriteAllAsync(rollout, traffic, claim, (one, document) => one.ForPlan(document, plan, claim), cancel);

    /// <inheritdoc />
    public async Task<ReleaseResult> ReleaseAsync(RolloutSnapshot rollout, TrafficSpec traffic, Weight? second, Claim claim,
        CancellationToken cancel)
    {
        var tally = new ReleaseTally();
        foreach (var one in Named(rollout, traffic))
        {
            var (objects, writer) = _kinds[one.Kind];
            if (Unread(one.Kind) is { } problem)
            {
                tally.Refuse($"{one.Kind.Kind}s cannot be read: {problem}");
                break;
            }

            if (await objects.FindAsync(one.Name, cancel) is not { } document)
            {
                tally.Leave($"{one.Title} is not there");
                continue;
            }

            if (writer.Taken(document, rollout) is { } taken)
            {
                tally.Leave(taken);
                continue;
            }

            string[] changes = second is { } share ? [.. one.DescribeRelease(document, share)] : [];
            var problems = second is null ? [] : one.Check(document);
            var result = await writer.ReleaseAsync(document, rollout, claim, read => one.ForClaim(read, claim),
                read => one.ForRelease(read, second, claim), cancel);
            if (!tally.Take(result, changes, problems.Select(found => found.ToString()))) break;
        }

        return tally.Result();
    }

    private async Task<WriteResult> WriteAllAsync(RolloutSnapshot rollout, TrafficSpec traffic, Claim claim,
        Func<RoutedDocument, JsonObject, RoutePatch> build, CancellationToken cancel)
    {
        var writes = 0;
        WriteResult? failure = null;
        foreach (var one in Named(rollout, traffic))
        {
            var (result, _) = await _kinds[one.Kind].Writer.WriteAsync(one.Name, rollout, claim, document => build(one, document), cancel);
            if (result is WriteResult.Applied applied) writes += applied.Writes;
            else if (result is WriteResult.Lost { IsToLaterLeader: true }) return result;
            else failure = failure is null or WriteResult.Contended ? result : failure;
        }

        return failure ?? new WriteResult.Applied(writes);
    }

    // Why nothing can be said about the objects of a kind; null: they are known, or the kind is not served, so that there are none.
    private string? Unread(ResourceKind kind) =>
        _kinds[kind].Objects is { Problem: { } problem, Cache.Problem: not { IsNotFound: true } } ? problem : null;

    private IReadOnlyList<RoutedDocument> Named(RolloutSnapshot rollout, TrafficSpec traffic) => find(traffic, rollout.Name.Namespace);
}
