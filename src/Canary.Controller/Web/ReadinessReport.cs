using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Canary.Controller.Diagnostics;
using Canary.Controller.LeaderElection;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.LeaderElection;
using Microsoft.Extensions.Logging;
using Prometheus;

namespace Canary.Controller.Web;

/// <summary>Whether this process leads well, or could at any moment: it knows who holds the Lease, and reads every kind that it decides
/// from.</summary>
internal sealed class ReadinessReport
{
    /// <summary>How long a kind may not be readable before that is said. The Lease's own duration is the bound of the API server being
    /// away.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly RolloutCaches _caches;
    private readonly LeaseElection _election;
    private readonly LeaderLoop _leader;
    private readonly string _identity;
    private readonly ILogger<ReadinessReport> _log;
    private readonly Lock _gate = new();
    private string? _said = "";

    public ReadinessReport(
        RolloutCaches caches, LeaseElection election, LeaderLoop leader, string identity, CollectorRegistry registry,
        ILogger<ReadinessReport> log)
    {
        (_caches, _election, _leader, _identity, _log) = (caches, election, leader, identity, log);
        var metrics = Metrics.WithCustomRegistry(registry);
        var ready = metrics.CreateGauge("canary_ready", "1 if /readyz answers 200, otherwise 0.");
        var unanswered = metrics.CreateGauge("canary_lease_unanswered_seconds", "Time since the Lease was last read or written.");
        var failing = metrics.CreateGauge("canary_cache_failing_seconds", "Time for which a kind could not be read; 0 if it can be read.",
            "resource");
        registry.AddBeforeCollectCallback(() =>
        {
            ready.Set(Problems().Count == 0 ? 1 : 0);
            unanswered.Set(election.Unanswered.TotalSeconds);
            foreach (var (kind, failingFor) in caches.FailingFor) failing.WithLabels(kind.ToString()).Set(failingFor.TotalSeconds);
        });
    }

    /// <summary>Everything that is wrong; empty: ready.</summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        if (_election.Problem is { } unknown) problems.Add(unknown);
        problems.AddRange(_caches.Problems(Patience).Select(problem => problem.Message));
        // Where another process leads, what went wrong with our own takeover has harmed nobody.
        if (_leader.Problem is { } failing && (_election.Holder is not { Length: > 0 } holder || holder == _identity))
            problems.Add($"the takeover fails: {failing}");
        Say(problems);
        return problems;
    }

    // Once a change, and not once a probe.
    private void Say(List<string> problems)
    {
        var now = problems.Count == 0 ? null : string.Join("; ", problems);
        lock (_gate)
        {
            if (now == _said) return;
            var isFirst = _said is "";
            _said = now;
            if (now is null) _log.Ready();
            else if (!isFirst) _log.NotReady(now);
        }
    }
}
