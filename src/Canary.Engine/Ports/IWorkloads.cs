using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Sets;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Traffic;

namespace Canary.Engine.Ports;

/// <summary>The pods behind the two sides.</summary>
public interface IWorkloads
{
    /// <summary>Both sides as they are, or what is wrong with what the spec names.</summary>
    Task<WorkloadReading> ObserveAsync(RolloutSnapshot rollout, TrafficSpec traffic, CancellationToken cancel);

    /// <summary>
    /// Writes the pod template of <paramref name="from"/>, less the labels that the other side selects by, into the other side's workload,
    /// as long as its hash still is
    /// <paramref name="revision"/>. The write tests the claim, which is stamped first where an older term stands.
    /// </summary>
    Task<WriteResult> PromoteTemplateAsync(RolloutSnapshot rollout, TrafficSpec traffic, Side from, string revision, Claim claim,
        CancellationToken cancel);

    /// <summary>
    /// Puts <paramref name="claim"/> on the workload that a promotion writes into, where it carries an older one: a former leader that
    /// sleeps before that write must not carry it out any more. Nothing where the sides alternate.
    /// </summary>
    Task<WriteResult> ClaimStableAsync(RolloutSnapshot rollout, TrafficSpec traffic, Claim claim, CancellationToken cancel);

    /// <summary>Takes the claim of a Rollout that is deleted off the workload that a promotion writes into. A template that was sent before
    /// is refused.</summary>
    Task<WriteResult> ReleaseStableAsync(RolloutSnapshot rollout, TrafficSpec traffic, Claim claim, CancellationToken cancel);

    /// <summary>Brings the two sides of one workload to these levels: Services and copy are made, pods are added, selectors follow, pods
    /// are removed. Nothing where the sides name workloads.</summary>
    Task<WriteResult> ArrangeAsync(RolloutSnapshot rollout, RolloutSpec spec, CopyLevels levels, CancellationToken cancel);

    /// <summary>Writes the pod template of an old revision, from a ReplicaSet that has it, into the workload of the canary side, as long as
    /// that still has <paramref name="from"/>. The write tests the version that was read.</summary>
    Task<WriteResult> RestoreTemplateAsync(RolloutSnapshot rollout, TrafficSpec traffic, string revision, string from,
        CancellationToken cancel);

    /// <summary>Brings a set and the Services of its sides to these levels. Nothing where the spec names none.</summary>
    Task<WriteResult> ArrangeSetAsync(RolloutSnapshot rollout, RolloutSpec spec, SetLevels levels, CancellationToken cancel);

    /// <summary>Goes on with giving the traffic of one workload back to it, for a Rollout that is deleted: its pods first, then the
    /// selectors.</summary>
    Task<HandBackResult> HandBackAsync(RolloutSnapshot rollout, RolloutSpec spec, CancellationToken cancel);

    /// <summary>Deletes the stable copy of one workload, unless a Service of ours still selects it.</summary>
    Task<WriteResult> RemoveCopyAsync(RolloutSnapshot rollout, RolloutSpec spec, CancellationToken cancel);
}
