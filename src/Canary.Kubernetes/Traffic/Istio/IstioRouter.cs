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
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.Istio;

/// <summary>Istio: weights of the destinations of VirtualService routes, and routes of Canary's own before them.</summary>
/// <remarks>
/// Every write is a JSON Patch that tests what was read: the claim, the route's name, the destinations and their weights; the whole list
/// where a route of Canary's own comes or goes. Nothing but weights, those routes and the claim changes. A test that fails (422) says that
/// somebody wrote meanwhile; the same patch failing on a fresh read says that the server refuses it.
/// </remarks>
internal sealed class IstioRouter(ApiClient client, IRouterCaches caches) : ITrafficRouter
{
    private static readonly WriteOptions Options = new("canary", FieldValidation: "Strict", IsRepeatable: true);

    private readonly ReferencedObjects _virtualServices = caches.Referenced(IstioKinds.VirtualServices);

    /// <inheritdoc />
    public async Task<RouterReading> ReadAsync(RolloutSnapshot rollout, TrafficSpec traffic, CancellationToken cancel)
    {
        if (_virtualServices.Problem is { } problem)
            return new RouterReading([], [new SpecError("spec.traffic.istio", $"VirtualServices cannot be read: {problem}")]);
        var observed = new List<RouteObservation>();
        var (problems, conflicts) = (new List<SpecError>(), new List<SpecError>());
        var known = Known(rollout).ToArray();
        var needed = ManagedRouteSteps.StillNeeded(rollout.Status, rollout.Spec);
        var absent = 0;
        foreach (var (name, reference, path) in References(rollout, traffic))
        {
            if (await _virtualServices.FindAsync(name, cancel) is not { } document)
            {
                absent++;
                problems.Add(new SpecError($"{path}.name",
                    $"VirtualService {name} is not there; {_virtualServices.DescribeNames(rollout.Name.Namespace)}"));
                continue;
            }

            if (ForeignOwner(document, name, rollout) is { } owner) problems.Add(new SpecError($"{path}.name", Taken(name, owner)));
            var found = IstioRoutes.Find(document, reference, traffic, rollout.Name.Namespace, path);
            problems.AddRange(found.Problems);
            var (carried, http) = (ClaimPatch.Read(document), Json.Array(document, "spec", "http") ?? []);
            var plan = rollout.Status.DesiredPlan;
            var managed = IstioManagedRoutes.Find(http, found.Routes, KnownManaged(rollout.Status), plan.Canary);
            var behind = managed is not null ? null : KnownManaged(rollout.Status)
                .FirstOrDefault(one => IstioManagedRoutes.AreBehind(http, found.Routes, one, plan.Canary));
            // These keep no route from being read, nor from being rolled back.
            if (!needed.IsNone)
                conflicts.AddRange(IstioManagedRoutes.Arrange(http, found.Routes, needed, Side.NamedCanary).Problems.Distinct()
                    .Select(problem => new SpecError($"{path}.routes", $"VirtualService {name}: {problem}")));
            observed.AddRange(
                found.Routes.Select(route => new RouteObservation($"VirtualService {name} route {route.Title}", route.ShareAs(known))
                {
                    Managed = managed ?? behind,
                    IsBehind = behind == plan.Managed,
                    Sequence = ClaimPatch.SequenceOf(document, rollout),
                    IsClaimedByAnother = carried is { } other && other.RolloutUid != rollout.Uid,
                }));
        }

        // One that is gone sends nothing to anybody, so the others can still show that a rollout is rolled back. One that cannot be
        // understood may well send something.
        return new RouterReading(problems.Count == absent ? observed.ToEquatableArray() : [], [.. problems, .. conflicts]);
    }

    /// <inheritdoc />
    public Task<WriteResult> ClaimAsync(RolloutSnapshot rollout, TrafficSpec traffic, Claim claim, CancellationToken cancel) =>
        WriteAllAsync(
        rollout,
        traffic,
        claim,
        (document, reference,
            path) => (IstioPatch.ForClaim(document, IstioRoutes.Find(document, reference, traffic, rollout.Name.Namespace, path).Routes,
                claim), null),
        cancel);

    /// <inheritdoc />
    public Task<WriteResult> ApplyAsync(RolloutSnapshot rollout, TrafficSpec traffic, RoutePlan plan, Claim claim,
        CancellationToken cancel) => WriteAllAsync(
        rollout,
        traffic,
        claim,
        (document, reference, path) =>
        {
            // A route that cannot be written keeps no other one from being: this may be an abort.
            var found = IstioRoutes.Find(document, reference, traffic, rollout.Name.Namespace, path);
            string[] problems = [.. found.Problems.Select(problem => problem.ToString()),
                .. IstioManagedRoutes.Arrange(Json.Array(document, "spec", "http") ?? [], found.Routes, plan.Managed,
                    plan.Canary).Problems];
            return (IstioPatch.ForPlan(document, found.Routes, plan, claim), problems.Length == 0 ? null : string.Join("; ", problems));
        },
        cancel);

    /// <inheritdoc />
    public async Task<ReleaseResult> ReleaseAsync(RolloutSnapshot rollout, TrafficSpec traffic, Weight? second, Claim claim,
        CancellationToken cancel)
    {
        var (restored, left, refused) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var (name, reference, path) in References(rollout, traffic))
        {
            if (_virtualServices is { Problem: { } problem, Cache.Problem: { IsNotFound: false } })
            {
                refused.Add($"VirtualServices cannot be read: {problem}");
                break;
            }

            if (await _virtualServices.FindAsync(name, cancel) is not { } document)
            {
                left.Add($"VirtualService {name} is not there");
                continue;
            }

            if (ForeignOwner(document, name, rollout) is { } owner)
            {
                left.Add(Taken(name, owner));
                continue;
            }

            var found = IstioRoutes.Find(document, reference, traffic, rollout.Name.Namespace, path);
            // A first write that is still on its way found no claim, and tests the version alone: one write of ours refuses it.
            var result = ClaimPatch.Read(document) is null && rollout.Status.FencedSequence < rollout.Status.WriteSequence
                ? await WriteAsync(name, rollout, claim, one => (IstioPatch.ForClaim(one, [], claim), null), cancel)
                : new WriteResult.Applied(0);
            if (result is WriteResult.Applied)
                result = await WriteAsync(name, rollout, claim with { Sequence = Claim.LargestSequence },
                    one => (IstioPatch.ForRelease(one, Routes(one), second, claim), null), cancel);
            switch (result)
            {
                case WriteResult.Lost { IsToLaterLeader: true } later:
                    return new ReleaseResult([.. restored], [.. left], null, IsToLaterLeader: true) { Term = later.Term };
                case WriteResult.Applied:
                    restored.AddRange(found.Routes.Where(route => second is { } share && !route.IsShowing(share))
                        .Select(route => $"VirtualService {name} route {route.Title} from {route.Share} to {second}"));
                    if (second is not null && (Json.Array(document, "spec", "http") ?? []).Any(IstioManagedRoutes.IsManaged))
                        restored.Add($"VirtualService {name} without header and mirror routes");
                    if (second is not null) left.AddRange(found.Problems.Select(problem => problem.ToString()));
                    break;
                case WriteResult.Contended contended:
                    refused.Add(contended.Message);
                    break;
                case WriteResult.Lost lost:
                    left.Add(lost.Message);
                    break;
                case WriteResult.Refused other:
                    refused.Add(other.Message);
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }

            IReadOnlyList<IstioRoute> Routes(JsonObject one) =>
                IstioRoutes.Find(one, reference, traffic, rollout.Name.Namespace, path).Routes;
        }

        return new ReleaseResult([.. restored], [.. left], refused.Count == 0 ? null : string.Join("; ", refused), IsToLaterLeader: false);
    }

    private async Task<WriteResult> WriteAllAsync(
        RolloutSnapshot rollout, TrafficSpec traffic, Claim claim,
        Func<JsonObject, VirtualServiceReference, string, (JsonArray Patch, string? Problem)> build, CancellationToken cancel)
    {
        var writes = 0;
        WriteResult? failure = null;
        foreach (var (name, reference, path) in References(rollout, traffic))
        {
            var result = await WriteAsync(name, rollout, claim, document => build(document, reference, path), cancel, isRelease: false);
            if (result is WriteResult.Applied applied) writes += applied.Writes;
            else if (result is WriteResult.Lost { IsToLaterLeader: true }) return result;
            else failure = failure is null or WriteResult.Contended ? result : failure;
        }

        return failure ?? new WriteResult.Applied(writes);
    }

    private async Task<WriteResult> WriteAsync(
        ObjectName name, RolloutSnapshot rollout, Claim claim, Func<JsonObject, (JsonArray Patch, string? Problem)> build,
        CancellationToken cancel, bool isRelease = true)
    {
        try
        {
            if (await _virtualServices.FindAsync(name, cancel) is not { } document)
                return new WriteResult.Refused($"VirtualService {name} is not there");
            if (IsLost(document, name, rollout, claim) is { } lost) return lost;
            if (IsOutdated(document, name, claim) is { } outdated) return outdated;
            var (patch, problem) = build(document);
            if (patch.Count == 0) return problem is null ? new WriteResult.Applied(0) : new WriteResult.Refused(problem);
            if (!isRelease && await UnclaimedObject.CheckAsync(client, $"VirtualService {name}", document, rollout, cancel) is { } gone)
                return gone;
            try
            {
                using var write = caches.Writes.Begin(IstioKinds.VirtualServices, name);
                var written = await client.PatchAsync(IstioKinds.VirtualServices, name, new Patch.JsonPatch(patch), null, Options, cancel);
                _virtualServices.Note(written);
                write.Answered(written);
                if (build(written).Patch.Count > 0)
                    return new WriteResult.Refused(
                        $"VirtualService {name} does not hold what was written: something on its way into the API server changes it, such "
                            + "as a mutating webhook");
                return problem is null ? new WriteResult.Applied(1) : new WriteResult.Refused(problem);
            }
            catch (ApiException refusal) when (refusal.IsInvalid)
            {
                return await ExplainAsync(name, rollout, claim, patch, build, refusal, cancel);
            }
        }
        catch (ApiException failure) when (failure.IsConflict)
        {
            return new WriteResult.Contended($"VirtualService {name}: {failure.Status.Message}");
        }
        catch (ApiException failure)
        {
            return new WriteResult.Refused($"VirtualService {name}: {failure.Status.Message}");
        }
    }

    /// <summary>A 422 does not say whether a test failed or the server refuses the result. A fresh read does: where it leads to the same
    /// patch, no test failed.</summary>
    private async Task<WriteResult> ExplainAsync(
        ObjectName name,
        RolloutSnapshot rollout,
        Claim claim,
        JsonArray sent,
        Func<JsonObject, (JsonArray Patch, string? Problem)> build,
        ApiException refusal,
        CancellationToken cancel)
    {
        if (await _virtualServices.RefreshAsync(name, cancel) is not { } fresh)
            return new WriteResult.Refused($"VirtualService {name} is gone");
        if (IsLost(fresh, name, rollout, claim) is { } lost) return lost;
        return JsonNode.DeepEquals(build(fresh).Patch, sent)
            ? new WriteResult.Refused($"VirtualService {name}: {refusal.Status.Message}")
            : new WriteResult.Contended($"VirtualService {name} was modified by another client since it was read");
    }

    private WriteResult.Lost? IsLost(JsonObject document, ObjectName name, RolloutSnapshot rollout, Claim claim)
    {
        if (ForeignOwner(document, name, rollout) is { } owner) return new WriteResult.Lost(Taken(name, owner), IsToLaterLeader: false);
        return ClaimPatch.Believed(document, claim) is { } found && found.RolloutUid == claim.RolloutUid && found.Term > claim.Term
            ? new WriteResult.Lost($"VirtualService {name} carries the claim of a later leader: term {found.Term}, ours is {claim.Term}",
                IsToLaterLeader: true)
            { Term = found.Term }
            : null;
    }

    /// <summary>What is wanted now was decided by a later pass than this one: it is looked at again.</summary>
    private static WriteResult.Contended? IsOutdated(JsonObject document, ObjectName name, Claim claim) =>
        ClaimPatch.Believed(document, claim) is { } found && found.RolloutUid == claim.RolloutUid && found.Sequence > claim.Sequence
            ? new WriteResult.Contended($"VirtualService {name} carries write sequence {found.Sequence}, ours is {claim.Sequence}")
            : null;

    private RolloutName? ForeignOwner(JsonObject document, ObjectName name, RolloutSnapshot rollout) =>
        ClaimPatch.Read(document) is { } claim && claim.RolloutUid != rollout.Uid
        ? caches.OwnerOf(claim.RolloutUid, IstioKinds.VirtualServices, name) : null;

    private static string Taken(ObjectName name, RolloutName owner) =>
        $"VirtualService {name} belongs to Rollout {owner}, which names it too; one Rollout a VirtualService is allowed";

    /// <summary>Shares of the canary's side that this rollout wants or wanted.</summary>
    private static IEnumerable<Weight> Known(RolloutSnapshot rollout)
    {
        var weights = rollout.Status.Weights;
        var isTurned = rollout.Status.StableSide is Side.NamedCanary;
        return new[] { weights.Desired, weights.Previous }.Select(weight => isTurned ? Weight.FromBasisPoints(10_000 - weight.BasisPoints)
            : weight);
    }

    private static IEnumerable<ManagedRoutes> KnownManaged(RolloutStatus status) =>
        [status.ManagedRoutes.Desired, status.ManagedRoutes.Previous];

    private static IEnumerable<(ObjectName Name, VirtualServiceReference Reference, string Path)> References(RolloutSnapshot rollout,
        TrafficSpec traffic) =>
        ((IstioSpec)traffic.Router).VirtualServices.Select((reference, index) =>
            (new ObjectName(rollout.Name.Namespace, reference.Name), reference, $"spec.traffic.istio.virtualServices[{index}]"));
}
