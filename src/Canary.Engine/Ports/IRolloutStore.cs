using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;

namespace Canary.Engine.Ports;

/// <summary>Rollouts and their AnalysisRuns. Reads never show less than what this process wrote.</summary>
public interface IRolloutStore
{
    /// <summary>The Rollout; null where there is none (any more).</summary>
    Task<RolloutSnapshot?> LoadAsync(RolloutName name, CancellationToken cancel);

    /// <summary>The AnalysisRuns that this Rollout owns.</summary>
    Task<IReadOnlyList<RunSnapshot>> LoadRunsAsync(RolloutSnapshot rollout, CancellationToken cancel);

    /// <summary>Writes the status, with the resourceVersion that was read. Nothing is sent where it is equal.</summary>
    Task<SaveResult> SaveAsync(RolloutSnapshot rollout, RolloutStatus status, CancellationToken cancel);

    /// <summary>Writes a run's status, with the resourceVersion that was read. Nothing is sent where it is equal.</summary>
    Task<SaveResult> SaveRunAsync(RunSnapshot run, RunStatus status, CancellationToken cancel);

    /// <summary>
    /// Makes the AnalysisRun of this key from the templates as they are now, unless it exists. What is wrong with a template is no exception:
    /// the problems come back and no run is made.
    /// </summary>
    Task<RunCreation> CreateRunAsync(RolloutSnapshot rollout, RunKey key, AnalysisReference analysis, CancellationToken cancel);

    /// <summary>Deletes runs beyond the five good and five bad ones that are kept.</summary>
    Task PruneRunsAsync(RolloutSnapshot rollout, CancellationToken cancel);
}
