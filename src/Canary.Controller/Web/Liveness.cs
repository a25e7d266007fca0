using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Canary.Controller.LeaderElection;
using Canary.Controller.Scheduling;
using Canary.Kubernetes.LeaderElection;

namespace Canary.Controller.Web;

/// <summary>Whether a loop of this process is stuck, so that only another process can go on. That the API server or Prometheus is away is
/// no reason to begin anew.</summary>
internal sealed class Liveness(RolloutSchedule schedule, LeaseElection election, LeaderLoop leader)
{
    /// <summary>A step of the election sends a few requests, each of them repeated for half a minute at a time.</summary>
    public static readonly TimeSpan LongestStep = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Everything that hangs; empty: nothing.</summary>
    public async Task<IReadOnlyList<string>> ProblemsAsync(CancellationToken cancel)
    {
        List<string> problems = [];
        if (await schedule.CheckAsync(Patience, cancel) is { } stuck) problems.Add(stuck);
        if (leader.Hang is { } hang) problems.Add(hang);
        if (election.SinceLastStep > LongestStep)
            problems.Add($"the leader election has not moved for {(int)election.SinceLastStep.TotalMinutes} minutes");
        return problems;
    }
}
