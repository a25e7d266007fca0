using System;
using System.Collections.Generic;
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

namespace Canary.Controller.Tests.Scheduling;

/// <summary>A cluster with one rollout whose spec is wrong, which is all that a pass needs to have something to save.</summary>
internal sealed class FakeStore : IRolloutStore, IWorkloads, ITrafficRouter, INotifier, ILeadership
{
    public static readonly RolloutName Checkout = new("shop", "checkout");

    private RolloutStatus _status = RolloutStatus.New;

    /// <summary>How a save ends; null: it is saved.</summary>
    public SaveResult? Save { get; set; }

    /// <summary>What reading throws; null: nothing.</summary>
    public Exception? Failure { get; set; }

    public bool IsGone { get; set; }

    public long? Term { get; set; } = 1;

    public Task<bool> IsStillOursAsync(long term, CancellationToken cancel) => Task.FromResult(true);

    public Task<RolloutSnapshot?> LoadAsync(RolloutName name, CancellationToken cancel)
    {
        if (Failure is { } failure) throw failure;
        return Task.FromResult(
            IsGone ? null
            : new RolloutSnapshot(Checkout, "uid", "1", 1, null, [new SpecError("spec.traffic", "is missing")], _status, null));
    }

    public Task<SaveResult> SaveAsync(RolloutSnapshot rollout, RolloutStatus next, CancellationToken cancel)
    {
        if (Save is { } result) return Task.FromResult(result);
        _status = next;
        return Task.FromResult<SaveResult>(new SaveResult.Saved("2"));
    }

    public Task<PeerReading> LoadPeersAsync(RolloutSnapshot rollout, CancellationToken cancel) => Task.FromResult(PeerReading.None);

    public Task<IReadOnlyList<RunSnapshot>> LoadRunsAsync(RolloutSnapshot rollout, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<RunSnapshot>>([]);

    public Task AnnounceAsync(RolloutSnapshot rollout, RolloutEvent announcement, CancellationToken cancel) => Task.CompletedTask;

    public Task<SaveResult> HoldAsync(RolloutSnapshot rollout, CancellationToken cancel) => throw new NotSupportedException();

    public Task<SaveResult> ReleaseAsync(RolloutSnapshot rollout, CancellationToken cancel) => throw new NotSupportedException();

    public Task<ReleaseResult> ReleaseAsync(
        RolloutSnapshot rollout,
        TrafficSpec traffic,
        Weight? second,
        Claim claim,
        CancellationToken cancel) => throw new NotSupportedException();

    public Task<WriteResult> ReleaseStableAsync(RolloutSnapshot rollout, TrafficSpec traffic, Claim claim, CancellationToken cancel) =>
        throw new NotSupportedException();

    public Task<WriteResult> ArrangeAsync(RolloutSnapshot rollout, RolloutSpec spec, CopyLevels levels, CancellationToken cancel) =>
        throw new NotSupportedException();

    public Task<WriteResult> ArrangeSetAsync(RolloutSnapshot rollout, RolloutSpec spec, SetLevels levels, CancellationToken cancel) =>
        throw new NotSupportedException();

    public Task<HandBackResult> HandBackAsync(RolloutSnapshot rollout, RolloutSpec spec, CancellationToken cancel) =>
        throw new NotSupportedException();

    public Task<WriteResult> RestoreTemplateAsync(RolloutSnapshot rollout, TrafficSpec traffic, string revision, string from,
        CancellationToken cancel) => Task.FromResult<WriteResult>(new WriteResult.Applied(0));

    public Task<WriteResult> RemoveCopyAsync(RolloutSnapshot rollout, RolloutSpec spec, CancellationToken cancel) =>
        throw new NotSupportedException();

    public Task<bool> RenewRunAsync(RolloutSnapshot rollout, RunSnapshot run, AnalysisReference analysis, CancellationToken cancel) =>
        Task.FromResult(false);

    public Task PruneRunsAsync(RolloutSnapshot rollout, CancellationToken cancel) => Task.CompletedTask;

    public Task<SaveResult> SaveRunAsync(RunSnapshot run, RunStatus next, CancellationToken cancel) => throw new NotSupportedException();

    public Task<RunCreation> CreateRunAsync(RolloutSnapshot rollout, RunKey key, AnalysisReference analysis, CancellationToken cancel) =>
        throw new NotSupportedException();

    public Task<EquatableArray<SpecError>> CheckAnalysisAsync(
        RolloutSnapshot rollout, AnalysisReference analysis, string path, CancellationToken cancel) => throw new NotSupportedException();

    public Task<WorkloadReading> ObserveAsync(RolloutSnapshot rollout, TrafficSpec traffic, CancellationToken cancel) =>
        throw new NotSupportedException();

    public Task<WriteResult> PromoteTemplateAsync(
        RolloutSnapshot rollout,
        TrafficSpec traffic,
        Side from,
        string revision,
        Claim claim,
        CancellationToken cancel) => throw new NotSupportedException();

    public Task<WriteResult> ClaimStableAsync(RolloutSnapshot rollout, TrafficSpec traffic, Claim claim, CancellationToken cancel) =>
        throw new NotSupportedException();

    public Task<RouterReading> ReadAsync(RolloutSnapshot rollout, TrafficSpec traffic, CancellationToken cancel) =>
        throw new NotSupportedException();

    public Task<WriteResult> ClaimAsync(RolloutSnapshot rollout, TrafficSpec traffic, Claim claim, CancellationToken cancel) =>
        throw new NotSupportedException();

    public Task<WriteResult> ApplyAsync(
        RolloutSnapshot rollout,
        TrafficSpec traffic,
        RoutePlan plan,
        Claim claim,
        CancellationToken cancel) => throw new NotSupportedException();
}
