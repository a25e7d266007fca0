using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Rollouts.Reporting;

namespace Canary.Engine.Ports;

/// <summary>AnalysisRuns that belong to no Rollout: made by hand, or by a pipeline.</summary>
public interface IAnalysisStore
{
    /// <summary>The run; null where there is none (any more), or it belongs to a Rollout.</summary>
    Task<StandaloneRunSnapshot?> LoadAsync(string @namespace, string name, CancellationToken cancel);

    /// <summary>Writes the status with the resourceVersion that was read, and with it what is measured: from the beginning on no change of
    /// a template changes a run. Nothing is sent where it is equal.</summary>
    Task<SaveResult> SaveAsync(StandaloneRunSnapshot run, RunStatus status, CancellationToken cancel);

    /// <summary>Tells people of the run. A failure is logged and never stops an evaluation.</summary>
    Task AnnounceAsync(StandaloneRunSnapshot run, RolloutEvent announcement, CancellationToken cancel);
}
