using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;

namespace Canary.Engine.Measuring;

/// <summary>
/// Measurements that came in and that no saved status counts yet. A pass looks, counts, saves, and only then takes away what it counted:
/// what was lost with a conflict is still here. What is due next depends on them as well, and neither judges what the other has.
/// </summary>
public sealed class MeasurementInbox
{
    private readonly MeasurementCount _count;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<UncountedMeasurement>> _byRun = new(StringComparer.Ordinal);

    /// <summary>An inbox of a process.</summary>
    public MeasurementInbox()
        : this(MetricCount.Add)
    {
    }

    internal MeasurementInbox(MeasurementCount count) => _count = count;

    /// <summary>What came in for this run, oldest first. It stays.</summary>
    public IReadOnlyList<FinishedMeasurement> Peek(string runUid) => [.. Find(runUid).Select(one => one.Finished)];

    /// <summary>How many came in for this run and are not counted by a saved status.</summary>
    internal int CountUncounted(string runUid)
    {
        lock (_gate) return _byRun.TryGetValue(runUid, out var finished) ? finished.Count : 0;
    }

    /// <summary>Takes away what a saved status counts now.</summary>
    public void Acknowledge(string runUid, IReadOnlyList<FinishedMeasurement> counted)
    {
        lock (_gate)
        {
            if (!_byRun.TryGetValue(runUid, out var finished)) return;
            finished.RemoveAll(one => counted.Contains(one.Finished, ReferenceEqualityComparer.Instance));
            if (finished.Count == 0) _byRun.Remove(runUid);
        }
    }

    /// <summary>Counts what came in for a run. It stays, until <see cref="Acknowledge"/>.</summary>
    /// <param name="runUid">The run.</param>
    /// <param name="spec">What it measures.</param>
    /// <param name="status">What to count onto: the status that was saved last, started.</param>
    /// <param name="now">The time.</param>
    /// <returns>The next status, and what it counts.</returns>
    internal (RunStatus Next, IReadOnlyList<FinishedMeasurement> Finished) Count(string runUid, RunSpec spec, RunStatus status,
        DateTimeOffset now)
    {
        var uncounted = Find(runUid);
        IReadOnlyList<FinishedMeasurement> finished = [.. uncounted.Select(one => one.Finished)];
        try
        {
            return (AnalysisMachine.Advance(spec, status, finished, now, Judged), finished);
        }
        catch (Exception exception)
        {
            // Each alone can be judged, and all together cannot be counted.
            return (WithoutAnswers(spec, status, finished, exception.Message, now), finished);
        }

        MetricStatus Judged(MetricSpec metric, MetricStatus before, FinishedMeasurement measurement, DateTimeOffset startedAt) =>
            Array.Find(uncounted, one => ReferenceEquals(one.Finished, measurement))!.AddTo(metric, before, startedAt);
    }

    /// <summary>A query of this run was answered.</summary>
    internal void Put(string runUid, FinishedMeasurement measurement)
    {
        lock (_gate)
        {
            if (!_byRun.TryGetValue(runUid, out var finished)) _byRun[runUid] = finished = [];
            finished.Add(new UncountedMeasurement(measurement, _count));
        }
    }

    /// <summary>The run is over.</summary>
    internal void Drop(string runUid)
    {
        lock (_gate) _byRun.Remove(runUid);
    }

    private static RunStatus WithoutAnswers(RunSpec spec, RunStatus status, IReadOnlyList<FinishedMeasurement> finished, string why,
        DateTimeOffset now)
    {
        try
        {
            return AnalysisMachine.Advance(spec, status, [.. finished.Select(one => UncountedMeasurement.Unusable(one, why))], now);
        }
        catch (Exception)
        {
            return status;
        }
    }

    private UncountedMeasurement[] Find(string runUid)
    {
        lock (_gate) return _byRun.TryGetValue(runUid, out var finished) ? [.. finished] : [];
    }
}
