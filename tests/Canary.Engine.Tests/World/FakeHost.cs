using System;
using System.Threading;
using System.Threading.Tasks;
using Canary.Engine.Alerts;
using Canary.Engine.Measuring;
using Canary.Engine.Passes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Canary.Engine.Tests.World;

/// <summary>One controller process: an engine over a connection of its own, driven by the clock of the cluster as the scheduler would drive
/// it.</summary>
internal sealed class FakeHost
{
    private readonly FakeCluster _cluster;
    private readonly Measurer _measurer;
    private readonly ClaimStamper _claimStamper;

    public FakeHost(FakeCluster cluster, FakeConnection connection, FakeSource source, MeasurementInbox? ownInbox = null)
    {
        _cluster = cluster;
        Connection = connection;
        Source = source;
        var inbox = ownInbox ?? new MeasurementInbox();
        _measurer = new Measurer([source], inbox, cluster.Time, NullLogger<Measurer>.Instance);
        _claimStamper = new ClaimStamper(connection, connection, connection, NullLogger<ClaimStamper>.Instance);
        Alerts = new FiringAlerts(cluster.Time);
        Reconciler = new RolloutReconciler(
            connection, connection, connection, connection, connection, _claimStamper, _measurer, inbox, Alerts, cluster.Time,
            NullLoggerFactory.Instance);
    }

    public FakeConnection Connection { get; }

    public FiringAlerts Alerts { get; }

    public FakeSource Source { get; }

    public RolloutReconciler Reconciler { get; }

    public int Passes { get; private set; }

    public Measurer Measurer => _measurer;

    public static FakeHost Of(FakeCluster cluster, FakeConnection? connection = null) =>
        new(cluster, connection ?? new FakeConnection(cluster, "one", 1), new FakeSource());

    public Task TakeOverAsync() => _claimStamper.ClaimActiveAsync([FakeCluster.Name], Connection.Term ?? 0, CancellationToken.None);

    public Task<PassResult> PassAsync()
    {
        Passes++;
        return Reconciler.ReconcileAsync(FakeCluster.Name, CancellationToken.None);
    }

    /// <summary>Runs passes when they are due, and lets the time go by between them.</summary>
    /// <exception cref="Killed">The process died.</exception>
    public async Task RunAsync(Func<bool> until, TimeSpan limit)
    {
        var end = _cluster.Time.GetUtcNow() + limit;
        while (!until())
        {
            if (_cluster.Time.GetUtcNow() > end)
                throw new TimeoutException(
                    $"{_cluster.Rollout.Status.Phase}: {_cluster.Rollout.Status.Message}; weights {string.Join(", ", _cluster.Weights)}");
            var result = await PassAsync();
            if (result is PassResult.NotLeading) return;
            _measurer.Tick(_cluster.Time.GetUtcNow());
            var wake = result switch
            {
                PassResult.Done done => done.WakeAt,
                PassResult.Overtaken overtaken => overtaken.WakeAt,
                PassResult.Deleting deleting => deleting.WakeAt,
                _ => null,
            };
            var now = _cluster.Time.GetUtcNow();
            if (wake <= now) continue;
            // Events of the world come at any time: nothing is later than a second.
            var next = now + TimeSpan.FromSeconds(1);
            _cluster.Time.Advance((wake < next ? wake.Value : next) - now);
        }
    }

    /// <summary>Until nothing is left to do.</summary>
    public Task RunUntilIdleAsync(Canary.Core.Rollouts.Phase phase, TimeSpan limit) =>
        RunAsync(() => _cluster.Rollout.Status.Phase == phase && !_cluster.Rollout.Status.IsRunning, limit);
}
