using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Rollouts.Sets;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using NUnit.Framework;

namespace Canary.Engine.Tests.World;

/// <summary>One process's way to the cluster: it can be killed at any write, put to sleep before one, or made to lose a race.</summary>
internal sealed class FakeConnection(FakeCluster cluster, string identity, long term)
    : IRolloutStore, IWorkloads, ITrafficRouter, INotifier, ILeadership
{
    private int _writes;
    private bool _isDead;

    /// <summary>The number of the write, from 1, at which the process dies; 0: it lives.</summary>
    public int DiesAt { get; init; }

    /// <summary>The write is carried out, and its answer never seen.</summary>
    public bool DiesAfterwards { get; init; }

    /// <summary>Runs before each write, by its kind: a test changes the world there.</summary>
    public Func<string, Task>? BeforeWrite { get; set; }

    /// <summary>Writes, by their kind, that have no answer until the process stops waiting: they arrive when the test says so
    /// (<see cref="Held"/>).</summary>
    public Func<string, bool> Hangs { get; set; } = _ => false;

    /// <summary>Why the sides of one workload are not brought to these levels; null: they are.</summary>
    public Func<CopyLevels, string?> SidesRefusal { get; set; } = _ => null;

    /// <summary>What a read throws, by what is read: rollout, runs, sides, routes; null: nothing.</summary>
    public Func<string, Exception?> ReadFailure { get; set; } = _ => null;

    /// <summary>Writes, by their kind, that are under way for so long that this process gives up waiting: they arrive when the test says
    /// so.</summary>
    public Func<string, bool> IsHeld { get; set; } = _ => false;

    /// <summary>The held writes: each arrives when it is called, and is refused or not, as any other.</summary>
    public List<Action> Held { get; } = [];

    /// <summary>What this process believes; it may be wrong.</summary>
    public bool BelievesItLeads { get; set; } = true;

    public bool IsDead => _isDead;

    public long? Term => BelievesItLeads ? term : null;

    public Task<bool> IsStillOursAsync(long asked, CancellationToken cancel)
    {
        if (cluster.Lease != (identity, asked)) BelievesItLeads = false;
        return Task.FromResult(BelievesItLeads);
    }

    public Task<RolloutSnapshot?> LoadAsync(RolloutName name, CancellationToken cancel) =>
        Read(cluster.Rollout.Name == name && !cluster.IsGone ? cluster.Rollout : null, "rollout");

    public Task<IReadOnlyList<RunSnapshot>> LoadRunsAsync(RolloutSnapshot rollout, CancellationToken cancel) =>
        Read<IReadOnlyList<RunSnapshot>>([.. cluster.Runs.Values], "runs");

    public Task<PeerReading> LoadPeersAsync(RolloutSnapshot rollout, CancellationToken cancel) => Read(cluster.Peers, "peers");

    public Task<EquatableArray<SpecError>> CheckAnalysisAsync(RolloutSnapshot rollout, AnalysisReference analysis, string path,
        CancellationToken cancel) =>
        Read<EquatableArray<SpecError>>([]);

    public Task<bool> RenewRunAsync(RolloutSnapshot rollout, RunSnapshot run, AnalysisReference analysis, CancellationToken cancel) =>
        Task.FromResult(cluster.IsTemplateCorrected && cluster.Runs.Remove(run.Uid));

    public Task PruneRunsAsync(RolloutSnapshot rollout, CancellationToken cancel) => Task.CompletedTask;

    public Task<SaveResult> SaveAsync(RolloutSnapshot rollout, RolloutStatus status, CancellationToken cancel)
    {
        if (status == rollout.Status) return Read<SaveResult>(new SaveResult.Saved(rollout.ResourceVersion));
        return WriteAsync<SaveResult>("status", () =>
        {
            if (cluster.StatusRefusal is { } reason) return new SaveResult.Refused(reason);
            if (cluster.Rollout.ResourceVersion != rollout.ResourceVersion) return new SaveResult.Conflict();
            cluster.Save(status, identity);
            return new SaveResult.Saved(cluster.Rollout.ResourceVersion);
        }, cancel);
    }

    public Task<SaveResult> SaveRunAsync(RunSnapshot run, RunStatus status, CancellationToken cancel)
    {
        if (status == run.Status) return Read<SaveResult>(new SaveResult.Saved(run.ResourceVersion));
        return WriteAsync<SaveResult>("run", () =>
        {
            if (!cluster.Runs.TryGetValue(run.Uid, out var there)) return new SaveResult.Gone();
            if (there.ResourceVersion != run.ResourceVersion) return new SaveResult.Conflict();
            cluster.Save(run, status, identity);
            return new SaveResult.Saved(cluster.Runs[run.Uid].ResourceVersion);
        }, cancel);
    }

    public Task<RunCreation> CreateRunAsync(RolloutSnapshot rollout, RunKey key, AnalysisReference analysis, CancellationToken cancel) =>
        WriteAsync<RunCreation>("newRun", () => cluster.RunRefusal is { } reason
            ? new RunCreation.Invalid([new SpecError("spec.strategy.canary.analysis", reason)])
            : new RunCreation.Exists(cluster.Make(key, identity)), cancel);

    public Task<SaveResult> HoldAsync(RolloutSnapshot rollout, CancellationToken cancel) => WriteAsync<SaveResult>("finalizer", () =>
    {
        if (cluster.FinalizerRefusal is { } reason) return new SaveResult.Refused(reason);
        if (cluster.Rollout.ResourceVersion != rollout.ResourceVersion) return new SaveResult.Conflict();
        cluster.Hold(true);
        return new SaveResult.Saved(cluster.Rollout.ResourceVersion);
    }, cancel);

    public Task<SaveResult> ReleaseAsync(RolloutSnapshot rollout, CancellationToken cancel) => WriteAsync<SaveResult>("finalizer", () =>
    {
        if (cluster.FinalizerRefusal is { } reason) return new SaveResult.Refused(reason);
        cluster.Hold(false);
        return new SaveResult.Saved(cluster.Rollout.ResourceVersion);
    }, cancel);

    public async Task<ReleaseResult> ReleaseAsync(RolloutSnapshot rollout, TrafficSpec traffic, Weight? second, Claim claim,
        CancellationToken cancel)
    {
        var restored = new List<string>();
        foreach (var route in cluster.Routes)
        {
            var (seen, seenClaim, seenManaged) = (route.Second, route.Claim, route.Managed);
            if (seenClaim is null && (second is null || (second == seen && seenManaged is { IsNone: true }))) continue;
            if (seenClaim is { } later && later.Term > claim.Term && claim.Believes(later))
                return new ReleaseResult([.. restored], [], null, true) { Term = later.Term };
            var refusal = await WriteAsync("release", () =>
            {
                if (cluster.RouteRefusal is { } reason) return reason;
                if (route.Second != seen || route.Claim != seenClaim || route.Managed != seenManaged) return "a test of the patch failed";
                route.Claim = null;
                if (second is { } share && (share != seen || seenManaged is not { IsNone: true }))
                    cluster.Shift(route, RoutePlan.Only(share), identity);
                return null;
            }, cancel);
            if (refusal is not null) return new ReleaseResult([.. restored], [], refusal, false);
            if (second is { } to && to != seen) restored.Add($"{route.Name} from {seen} to {to}");
        }

        return new ReleaseResult([.. restored], [], null, false);
    }

    public Task<WriteResult> ReleaseStableAsync(RolloutSnapshot rollout, TrafficSpec traffic, Claim claim, CancellationToken cancel) =>
        WriteAsync<WriteResult>("release", () =>
    {
        cluster.Stable.Claim = null;
        return new WriteResult.Applied(1);
    }, cancel);

    public Task<WorkloadReading> ObserveAsync(RolloutSnapshot rollout, TrafficSpec traffic, CancellationToken cancel)
    {
        cluster.Set?.Control(cluster.Time.GetUtcNow());
        return Read(new WorkloadReading(cluster.Observe(Side.NamedStable) with { Sequence = Sequence(rollout, cluster.Stable.Claim) },
            cluster.Observe(Side.NamedCanary), [])
        {
            Copy = cluster.OneWorkload?.Observe(cluster.Time.GetUtcNow()),
            Set = cluster.Set?.Observe(cluster.Time.GetUtcNow()),
            Templates = rollout.Request?.Action is RequestAction.Undo or RequestAction.RollbackTo ? cluster.Templates.ToEquatableArray()
                : null,
        }, "sides");
    }

    public Task<WriteResult> RestoreTemplateAsync(RolloutSnapshot rollout, TrafficSpec traffic, string revision, string from,
        CancellationToken cancel)
    {
        if (cluster.Observe(Side.NamedCanary).Revision == revision) return Read<WriteResult>(new WriteResult.Applied(0));
        return WriteAsync<WriteResult>("restore", () =>
        {
            if (cluster.Observe(Side.NamedCanary).Revision != from) return new WriteResult.Contended("a test of the patch failed");
            cluster.Ship(revision);
            cluster.Writes.Add(new FakeWrite("restore", revision, identity, cluster.Time.GetUtcNow()));
            return new WriteResult.Applied(1);
        }, cancel, Unanswered);
    }

    public async Task<WriteResult> PromoteTemplateAsync(RolloutSnapshot rollout, TrafficSpec traffic, Side from, string revision,
        Claim claim, CancellationToken cancel)
    {
        Assert.That(from, Is.EqualTo(Side.NamedCanary));
        if (cluster.OneWorkload is { } one) return await PromoteCopyAsync(one, revision, cancel);
        if (cluster.Stable.Revision == revision) return await Read<WriteResult>(new WriteResult.Applied(0));
        if (cluster.Canary.Revision != revision) return new WriteResult.Refused("the template of Deployment shop/checkout-canary changed");
        var (seen, seenClaim) = (cluster.Stable.Revision, cluster.Stable.Claim);
        return await WriteAsync<WriteResult>("template", () =>
        {
            if (cluster.Stable.Claim is { } other && other.Term > claim.Term && claim.Believes(other))
                return new WriteResult.Lost($"stable is claimed by {other}", IsToLaterLeader: true) { Term = other.Term };
            if (cluster.Stable.Revision != seen || cluster.Stable.Claim != seenClaim)
                return new WriteResult.Contended("a test of the patch failed");
            cluster.Stable.Claim = claim;
            cluster.Stable.Ship(revision, cluster.Time.GetUtcNow(), TimeSpan.FromSeconds(4));
            cluster.Writes.Add(new FakeWrite("template", revision, identity, cluster.Time.GetUtcNow()));
            return new WriteResult.Applied(1);
        }, cancel, Unanswered);
    }

    public async Task<WriteResult> ArrangeAsync(RolloutSnapshot rollout, RolloutSpec spec, CopyLevels levels, CancellationToken cancel)
    {
        if (SidesRefusal(levels) is { } refusal) return new WriteResult.Refused(refusal);
        var writes = 0;
        foreach (var (what, act) in cluster.OneWorkload!.Arrange(levels, cluster.Time.GetUtcNow()))
        {
            await WriteAsync("sides", () =>
            {
                act();
                cluster.Writes.Add(new FakeWrite("sides", what, identity, cluster.Time.GetUtcNow()));
                cluster.CheckPods();
                return true;
            }, cancel);
            writes++;
        }

        return new WriteResult.Applied(writes);
    }

    public async Task<WriteResult> ArrangeSetAsync(RolloutSnapshot rollout, RolloutSpec spec, SetLevels levels, CancellationToken cancel)
    {
        var writes = 0;
        foreach (var (what, act) in cluster.Set!.Arrange(levels, cluster.Time.GetUtcNow()))
        {
            await SidesAsync(what, act, cancel);
            writes++;
        }

        return new WriteResult.Applied(writes);
    }

    public async Task<HandBackResult> HandBackAsync(RolloutSnapshot rollout, RolloutSpec spec, CancellationToken cancel)
    {
        if (cluster.Set is { } set)
        {
            await SidesAsync("all pods", () => set.Services = new SetServices(set.Services.AreThere, null, null), cancel);
            if (set.Partition is not null) await SidesAsync("partition 0", () => set.Partition = 0, cancel);
            return new HandBackResult(null, false);
        }

        var (one, now) = (cluster.OneWorkload!, cluster.Time.GetUtcNow());
        if (one.Copy is not { } copy) return new HandBackResult(null, false);
        var needed = Math.Max(copy.Replicas, one.Autoscaler?.Min ?? 0);
        if (one.Serving == StableServing.Copy && one.Workload.Replicas < needed)
            await SidesAsync($"workload {needed}", () => one.Scale(needed, now), cancel);
        if (one.Serving == StableServing.Copy && one.Workload.Ready(now) < needed)
            return new HandBackResult($"{one.Workload.Ready(now)} of the {needed} pods are available", false);
        if (one.Serving == StableServing.Copy)
            await SidesAsync("serve Workload", () => (one.Serving, one.SelectsBoth) = (StableServing.Workload, false), cancel);
        return new HandBackResult(null, true) { Paused = one.Paused };
    }

    public async Task<WriteResult> RemoveCopyAsync(RolloutSnapshot rollout, RolloutSpec spec, CancellationToken cancel)
    {
        if (cluster.OneWorkload!.RemovalAnswer() is { } answer) return answer;
        await SidesAsync("no copy", cluster.OneWorkload.RemoveCopy, cancel);
        return new WriteResult.Applied(1);
    }

    private Task SidesAsync(string what, Action act, CancellationToken cancel) => WriteAsync("sides", () =>
    {
        act();
        cluster.Writes.Add(new FakeWrite("sides", what, identity, cluster.Time.GetUtcNow()));
        cluster.CheckPods();
        return true;
    }, cancel);

    private Task<WriteResult> PromoteCopyAsync(FakeOneWorkload one, string revision, CancellationToken cancel) =>
        one.Copy!.Revision == revision ? Read<WriteResult>(new WriteResult.Applied(0)) : WriteAsync<WriteResult>("template", () =>
        {
            one.Copy.Ship(revision, cluster.Time.GetUtcNow(), TimeSpan.FromSeconds(4));
            cluster.Writes.Add(new FakeWrite("template", revision, identity, cluster.Time.GetUtcNow()));
            return new WriteResult.Applied(1);
        }, cancel, Unanswered);

    public async Task<WriteResult> ClaimStableAsync(RolloutSnapshot rollout, TrafficSpec traffic, Claim claim, CancellationToken cancel)
    {
        if (cluster.Stable.Claim is { } covering && covering.Covers(claim) && claim.Believes(covering))
            return await Read<WriteResult>(new WriteResult.Applied(0));
        return await WriteAsync<WriteResult>("claim", () =>
        {
            if (cluster.Stable.Claim is { } other && other.Term > claim.Term && claim.Believes(other))
                return new WriteResult.Lost($"stable is claimed by {other}", IsToLaterLeader: true) { Term = other.Term };
            cluster.Stable.Claim = claim;
            cluster.Writes.Add(new FakeWrite("claim", claim.ToString(), identity, cluster.Time.GetUtcNow()));
            return new WriteResult.Applied(1);
        }, cancel);
    }

    public Task<RouterReading> ReadAsync(RolloutSnapshot rollout, TrafficSpec traffic, CancellationToken cancel) =>
        Read(new RouterReading(cluster.Routes.Select(route => new RouteObservation(route.Name,
            route.Second)
        { Sequence = Sequence(rollout, route.Claim), Managed = route.Managed }).ToEquatableArray(), []), "routes");

    public async Task<WriteResult> ClaimAsync(RolloutSnapshot rollout, TrafficSpec traffic, Claim claim, CancellationToken cancel)
    {
        var count = 0;
        foreach (var route in cluster.Routes.Where(route => route.Claim is not { } carried || !carried.Covers(claim)
            || !claim.Believes(carried)))
        {
            var (seen, seenClaim) = (route.Second, route.Claim);
            var result = await WriteAsync("claim", () => route.Second != seen || route.Claim != seenClaim
                ? new WriteResult.Contended("a test of the patch failed") : Stamp(route, claim), cancel, Unanswered);
            if (result is not null) return result;
            cluster.Writes.Add(new FakeWrite("claim", claim.ToString(), identity, cluster.Time.GetUtcNow()));
            count++;
        }

        return new WriteResult.Applied(count);
    }

    public async Task<WriteResult> ApplyAsync(RolloutSnapshot rollout, TrafficSpec traffic, RoutePlan plan, Claim claim,
        CancellationToken cancel)
    {
        var count = 0;
        foreach (var route in cluster.Routes)
        {
            var (seen, seenClaim) = ((route.Second, route.Managed), route.Claim);
            if (seen == (plan.Second, plan.Managed) && seenClaim is { } carried && carried.Covers(claim)
                && claim.Believes(carried)) continue;
            var result = await WriteAsync("route", () =>
            {
                if (cluster.RouteRefusal is { } reason) return new WriteResult.Refused(reason);
                if (route.Claim is { } other && other.Term > claim.Term && claim.Believes(other))
                    return new WriteResult.Lost($"{route.Name} is claimed by {other}", IsToLaterLeader: true) { Term = other.Term };
                if ((route.Second, route.Managed) != seen || route.Claim != seenClaim)
                    return new WriteResult.Contended("a test of the patch failed");
                route.Claim = claim;
                if (seen != (plan.Second, plan.Managed)) cluster.Shift(route, plan, identity);
                return (WriteResult?)null;
            }, cancel, Unanswered);
            if (result is not null) return result;
            count++;
        }

        return new WriteResult.Applied(count);
    }

    public Task AnnounceAsync(RolloutSnapshot rollout, RolloutEvent announcement, CancellationToken cancel) =>
        WriteAsync("event", () =>
        {
            if (cluster.EventNames.Add(
                $"{announcement.Reason} {announcement.Message} {rollout.Status.CanaryRevision} {rollout.Status.Attempt}"))
                cluster.Events.Add(announcement);
            cluster.Writes.Add(new FakeWrite("event", announcement.Reason, identity, cluster.Time.GetUtcNow()));
            return true;
        }, cancel);

    private static long? Sequence(RolloutSnapshot rollout, Claim? carried) =>
        carried is { } claim && new Claim(rollout.Uid, long.MaxValue, rollout.Status.WriteSequence).Believes(claim) ? claim.Sequence : null;

    private static WriteResult? Stamp(FakeRoute route, Claim claim)
    {
        if (route.Claim is { } there && there.Term > claim.Term && claim.Believes(there))
            return new WriteResult.Lost($"{route.Name} is claimed by {there}", IsToLaterLeader: true) { Term = there.Term };
        route.Claim = claim;
        return null;
    }

    private Task<T> Read<T>(T value, string what = "")
    {
        if (ReadFailure(what) is { } failure) throw failure;
        if (_isDead) throw new Killed();
        return Task.FromResult(value);
    }

    private static WriteResult Unanswered => new WriteResult.Refused("no complete answer within 30 s");

    private async Task<T> WriteAsync<T>(string kind, Func<T> write, CancellationToken cancel, T? unanswered = default)
    {
        if (_isDead) throw new Killed();
        cancel.ThrowIfCancellationRequested();
        if (BeforeWrite is { } before) await before(kind);
        if (Hangs(kind))
        {
            Held.Add(() => write());
            await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
        }

        if (unanswered is not null && IsHeld(kind))
        {
            Held.Add(() => write());
            return unanswered;
        }

        var isLast = ++_writes == DiesAt;
        _isDead = isLast;
        if (isLast && !DiesAfterwards) throw new Killed();
        var result = write();
        if (isLast) throw new Killed();
        return result;
    }
}
