using System;
using System.Collections.Generic;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.StableCopy;
using Canary.Engine.Ports;

namespace Canary.Engine.Tests.World;

/// <summary>One workload, its copy and the Services of both, as far as replicas, pods and selectors go.</summary>
internal sealed class FakeOneWorkload(int replicas)
{
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(3);

    public FakeScale Workload { get; } = new(replicas, "v1");

    public int? Written { get; set; }

    public int? Wished { get; set; }

    public string? RaisedFor { get; set; }

    /// <summary>Null: there is none.</summary>
    public FakeScale? Copy { get; set; }

    /// <summary>The replicas that the copy has again later; null: it has all.</summary>
    public int? Full { get; set; }

    public StableServing Serving { get; set; } = StableServing.Neither;

    public bool HasServices { get; set; }

    /// <summary>When the workload's pods were restarted last, and those of the copy; null: never.</summary>
    public (DateTimeOffset? Workload, DateTimeOffset? Copy) RestartedAt { get; set; }

    /// <summary>The Service that clients call selects both sides.</summary>
    public bool SelectsBoth { get; set; }

    /// <summary>The fewest and the most pods of the workload's HorizontalPodAutoscaler; null: it has none.</summary>
    public (int Min, int Max)? Autoscaler { get; set; }

    /// <summary>It takes no pods away at any time.</summary>
    public bool IsScaleDownDisabled { get; init; }

    /// <summary>The copy's HorizontalPodAutoscaler or ScaledObject; null: there is none.</summary>
    public AutoscalerLevels? CopyAutoscaler { get; set; }

    /// <summary>KEDA, where the autoscalers are ScaledObjects; null: they are not.</summary>
    public FakeKeda? Keda { get; init; }

    /// <summary>What the removal of the copy is answered; null: it is removed.</summary>
    public Func<WriteResult?> RemovalAnswer { get; set; } = () => null;

    /// <summary>What stays paused; null: nothing.</summary>
    public string? Paused => Keda is null or { Pause: AutoscalerPause.Active } ? null : "ScaledObject web stays paused";

    /// <summary>A person, an autoscaler or a tool scales the workload.</summary>
    public void Scale(int to, DateTimeOffset now) => Workload.Scale(to, now, Start);

    /// <summary>The copy's autoscaler keeps its fewest pods, a little after it is told.</summary>
    public void KeepFewest(DateTimeOffset now)
    {
        if (Copy is { } copy && Workload.IsAvailable(now) && CopyAutoscaler?.MinReplicas > copy.Replicas)
            copy.Scale(CopyAutoscaler.MinReplicas, now, Start);
    }

    public void RemoveCopy()
    {
        (Copy, CopyAutoscaler) = (null, null);
        Keda?.Resume();
    }

    public CopyObservation Observe(DateTimeOffset now)
    {
        Keda?.Act(this, now);
        return See(now);
    }

    private CopyObservation See(DateTimeOffset now) =>
        new(Workload.Replicas, Written, Copy?.Replicas, Copy is { } copy && copy.IsAvailable(now), HasServices, Serving)
        {
            Autoscaler = Autoscaler is not { } limits ? null : new AutoscalerObservation(limits.Min, limits.Max,
                CopyAutoscaler is { } levels ? new AutoscalerCopy(levels, true) : null)
            {
                IsCopyLeaving = Keda?.IsCopyLeaving(now) ?? false,
                IsScaleDownDisabled = IsScaleDownDisabled,
                Pause = Keda?.Pause ?? AutoscalerPause.NotNeeded,
            },
            IsAutoscalerLeft = Autoscaler is null && CopyAutoscaler is not null,
            FullReplicas = Full,
            WishedReplicas = Wished,
            RaisedFor = RaisedFor,
            RestartedAt = RestartedAt.Workload,
            IsRestartDue = Copy is not null && RestartedAt.Workload is { } at && !(RestartedAt.Copy >= at),
            IsWorkloadAvailable = Workload.Replicas > 0 && Workload.IsAvailable(now),
            HasCopyPods = Copy?.Ready(now) > 0,
            IsClientServiceDue = Copy is { } there && there.IsAvailable(now) && Serving == StableServing.Copy && !SelectsBoth,
        };

    /// <summary>What stable's Service finds.</summary>
    public SideObservation ObserveStable(DateTimeOffset now)
    {
        var serving = Serving switch { StableServing.Copy => Copy, StableServing.Workload => Workload, _ => null };
        return new SideObservation(Copy?.Revision, serving?.Ready(now) ?? 0, Copy?.Replicas ?? 0, Copy is { } copy && copy.IsAvailable(now),
            null)
        {
            IsUpdated = Copy?.IsUpdated(now) ?? false,
        };
    }

    public SideObservation ObserveCanary(DateTimeOffset now) =>
        new(Workload.Revision, HasServices ? Workload.Ready(now) : 0, Workload.Replicas, Workload.IsAvailable(now), null)
        {
            IsUpdated = Workload.IsUpdated(now),
            Configuration = Workload.Configuration,
            CurrentConfiguration = Workload.Configuration,
        };

    /// <summary>The writes of one pass, each as it would be sent.</summary>
    public IEnumerable<(string What, Action Do)> Arrange(CopyLevels levels, DateTimeOffset now)
    {
        if (!HasServices)
            yield return ("services", () =>
            {
                HasServices = true;
                Serving = StableServing.Workload;
            }
            );
        if (Copy is null && levels.IsCopyWanted)
            yield return ("copy",
                () => Copy = new FakeScale(0, levels.StableRevision ?? Workload.Revision)
                    .Scaled(levels.StableReplicas ?? Workload.Replicas, now, Start));
        else if (levels is { Serving: StableServing.Workload, StableRevision: null, IsCopyWanted: true } && Copy is not null
            && Copy.Revision != Workload.Revision)
            yield return ("follow", () => Copy.Ship(Workload.Revision, now, Start));
        else if (Copy is not null && RestartedAt.Workload is { } at && !(RestartedAt.Copy >= at))
            yield return ("restart copy", () => RestartedAt = (at, at));
        else if (Copy is not null && levels.StableReplicas is { } size && (size != Copy.Replicas || levels.FullReplicas != Full))
            yield return ($"copy {size}{(levels.FullReplicas is { } full ? $" of {full}" : "")}", () =>
            {
                Full = levels.FullReplicas;
                Copy.Scale(size, now, Start);
            }
            );
        if (levels.WorkloadReplicas is { } more && Workload.Replicas > 0 && more > Workload.Replicas)
            yield return Replicas(more, levels.RaisedFor, now);
        if (levels is { TakenReplicas: { } taken, WorkloadReplicas: null })
            yield return ($"taken {taken}", () => (Written, Wished) = (taken, taken));
        if (levels.Serving != StableServing.Neither && Serving != levels.Serving
            && (Copy is not null || levels.Serving != StableServing.Copy))
            yield return ($"serve {levels.Serving}", () => Serving = levels.Serving);
        if (Copy is { } made && made.IsAvailable(now) && levels.Serving == StableServing.Copy && !SelectsBoth)
            yield return ("clients", () => SelectsBoth = true);
        if (Autoscaler is null && CopyAutoscaler is not null)
            yield return ("no autoscaler", () => (CopyAutoscaler, Written) = (null, Written is null ? null : Workload.Replicas));
        if (levels.RemovesAutoscaler && CopyAutoscaler is { } going)
            yield return ("no autoscaler", () =>
            {
                CopyAutoscaler = null;
                Keda!.Delete(going, now);
            }
            );
        if (levels.Autoscaler is { } scaler && scaler != CopyAutoscaler)
            yield return ($"autoscaler {scaler.MinReplicas}{(scaler.IsScaleDownHeld ? " held" : "")}", () => CopyAutoscaler = scaler);
        if (levels.PausesAutoscaler) yield return ("pause", () => Keda!.RequestPause(now));
        if (levels.WorkloadReplicas is { } late && (late < Workload.Replicas || (late > 0 && Workload.Replicas == 0)))
            yield return Replicas(late, levels.RaisedFor, now);
        if (levels.RestartAt is { } restart && !(RestartedAt.Workload >= restart))
            yield return ("restart workload", () => RestartedAt = (restart, RestartedAt.Copy));
    }

    private (string What, Action Do) Replicas(int to, string? raise, DateTimeOffset now) => ($"workload {to}", () =>
    {
        RaisedFor = raise ?? RaisedFor;
        Written = to;
        Wished ??= Copy?.Replicas;
        Workload.Scale(to, now, Start);
    }
    );
}
