using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Validation;
using Canary.Engine.Ports;

namespace Canary.Engine.Tests.Analyses;

/// <summary>One AnalysisRun of nobody's rollout, in memory, and the lead over it.</summary>
internal sealed class FakeAnalyses(RunSpec spec) : IAnalysisStore, ILeadership
{
    public StandaloneRunSnapshot Run { get; private set; } =
        new("shop", "by-hand", "run-1", "1", World.A.Morning, spec, [], false, false, RunStatus.New);

    public List<RolloutEvent> Announced { get; } = [];

    /// <summary>A template that it names is not there.</summary>
    public void LoseTemplate(string problem) =>
        Run = Run with { Spec = null, Problems = [new SpecError("spec.templates", problem)], MayHeal = true };

    /// <summary>It is there.</summary>
    public void FindTemplate() => Run = Run with { Spec = spec, Problems = [], MayHeal = false };

    public long? Term => 1;

    public Task<bool> IsStillOursAsync(long term, CancellationToken cancel) => Task.FromResult(true);

    public Task<StandaloneRunSnapshot?> LoadAsync(string @namespace, string name, CancellationToken cancel) =>
        Task.FromResult<StandaloneRunSnapshot?>(Run);

    public Task<SaveResult> SaveAsync(StandaloneRunSnapshot run, RunStatus status, CancellationToken cancel)
    {
        Run = Run with { Status = status };
        return Task.FromResult<SaveResult>(new SaveResult.Saved("1"));
    }

    public Task AnnounceAsync(StandaloneRunSnapshot run, RolloutEvent announcement, CancellationToken cancel)
    {
        Announced.Add(announcement);
        return Task.CompletedTask;
    }
}
