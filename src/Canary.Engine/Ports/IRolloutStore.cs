using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Engine.Ports;

/// <summary>Rollouts and their AnalysisRuns. Reads never show less than what this process wrote.</summary>
public interface IRolloutStore
{
    /// <summary>The Rollout; null where there is none (any more).</summary>
    Task<RolloutSnapshot?> LoadAsync(RolloutName name, CancellationToken cancel);

    /// <summary>The AnalysisRuns that this Rollout owns.</summary>
    Task<IReadOnlyList<RunSnapshot>> LoadRunsAsync(RolloutSnapshot rollout, CancellationToken cancel);

    /// <summary>The Rollouts of <c>spec.dependsOn</c> and of <c>spec.group</c>. Costs no request.</summary>
    Task<PeerReading> LoadPeersAsync(RolloutSnapshot rollout, CancellationToken cancel);

    /// <summary>Writes the status, with the resourceVersion that was read. Nothing is sent where it is equal.</summary>
    Task<SaveResult> SaveAsync(RolloutSnapshot rollout, RolloutStatus status, CancellationToken cancel);

    /// <summary>Writes a run's status, with the resourceVersion that was read. Nothing is sent where it is equal.</summary>
    Task<SaveResult> SaveRunAsync(RunSnapshot run, RunStatus status, CancellationToken cancel);

    /// <summary>
    /// Makes the AnalysisRun of this key from the templates as they are now, unless it exists. What is wrong with a template is no
    /// exception: the problems come back and no run is made.
    /// </summary>
    Task<RunCreation> CreateRunAsync(RolloutSnapshot rollout, RunKey key, AnalysisReference analysis, CancellationToken cancel);

    /// <summary>
    /// Deletes a run that gets no answers where its templates, as they are now, can be read and ask for something else: the next pass makes
    /// it anew from them. A run that is measured keeps what it began with.
    /// </summary>
    /// <returns>It was deleted.</returns>
    Task<bool> RenewRunAsync(RolloutSnapshot rollout, RunSnapshot run, AnalysisReference analysis, CancellationToken cancel);

    /// <summary>
    /// What is wrong with the templates and arguments of this analysis, by the field of the Rollout that names them; empty where a run
    /// could be made now. Read from the caches, so that a missing template is said before the step that needs it, and heals when it
    /// appears.
    /// </summary>
    /// <param name="rollout">The Rollout.</param>
    /// <param name="analysis">The analysis.</param>
    /// <param name="path">The field that holds it: <c>spec.strategy.canary.steps[2].analysis</c>.</param>
    /// <param name="cancel">Ends the reading.</param>
    Task<EquatableArray<SpecError>> CheckAnalysisAsync(RolloutSnapshot rollout, AnalysisReference analysis, string path,
        CancellationToken cancel);

    /// <summary>Deletes runs beyond the five good and five bad ones that are kept.</summary>
    Task PruneRunsAsync(RolloutSnapshot rollout, CancellationToken cancel);

    /// <summary>Puts the finalizer <c>canary.delivery/traffic</c> on the Rollout.</summary>
    Task<SaveResult> HoldAsync(RolloutSnapshot rollout, CancellationToken cancel);

    /// <summary>Takes it off: the deletion may go on.</summary>
    Task<SaveResult> ReleaseAsync(RolloutSnapshot rollout, CancellationToken cancel);
}

/// <summary>What a Rollout's metadata and spec say of its deletion.</summary>
/// <param name="IsAsked">It has a <c>deletionTimestamp</c>: it goes as soon as nobody holds it.</param>
/// <param name="IsHeld">It carries the finalizer <c>canary.delivery/traffic</c>.</param>
/// <param name="Policy">What becomes of the traffic. Read even where the rest of the spec is wrong.</param>
public readonly record struct RolloutDeletionState(bool IsAsked, bool IsHeld, DeletionPolicy Policy);
