using System;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Queries;
using Canary.Engine.Ports;

namespace Canary.Engine.Tests.World;

/// <summary>A metric source that answers every query with one number, or not at all.</summary>
internal sealed class FakeSource : IMetricSource
{
    private int _asked;

    public string Provider => "prometheus";

    /// <summary>The error rate that every query sees; null: no answer comes until the query is given up.</summary>
    public double? Value { get; set; } = 0.001;

    /// <summary>The error rate that a query sees, by its text; null: <see cref="Value"/>.</summary>
    public Func<string, double?>? ValueOf { get; set; }

    /// <summary>The counters that a query for raw samples sees; null: there are none.</summary>
    public Func<MetricQuery, MetricAnswer?>? CountersOf { get; set; }

    public int Asked => _asked;

    public async Task<MetricAnswer> AskAsync(MetricQuery query, CancellationToken cancel)
    {
        Interlocked.Increment(ref _asked);
        if (CountersOf?.Invoke(query) is { } counters) return counters;
        if ((ValueOf is null ? Value : ValueOf(query.Query)) is { } value) return new MetricAnswer.Vector([new Sample([], value)], []);
        // Given up in the same instant, not on a thread of the pool some time later: until then the virtual time would run on.
        var never = new TaskCompletionSource<MetricAnswer>();
        using var registration = cancel.UnsafeRegister(_ => never.TrySetCanceled(cancel), null);
        return await never.Task;
    }
}
