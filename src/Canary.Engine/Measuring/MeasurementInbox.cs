using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Canary.Core.Analysis.Judging;

namespace Canary.Engine.Measuring;

/// <summary>
/// Measurements that came in and that no saved status counts yet. A pass looks, counts, saves, and only then takes away what it counted:
/// what was lost with a conflict is still here.
/// </summary>
public sealed class MeasurementInbox
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<FinishedMeasurement>> _byRun = new(StringComparer.Ordinal);

    /// <summary>What came in for this run, oldest first. It stays.</summary>
    public IReadOnlyList<FinishedMeasurement> Peek(string runUid)
    {
        lock (_gate) return _byRun.TryGetValue(runUid, out var finished) ? [.. finished] : [];
    }

    /// <summary>Takes away what a saved status counts now.</summary>
    public void Acknowledge(string runUid, IReadOnlyList<FinishedMeasurement> counted)
    {
        lock (_gate)
        {
            if (!_byRun.TryGetValue(runUid, out var finished)) return;
            finished.RemoveAll(counted.Contains);
            if (finished.Count == 0) _byRun.Remove(runUid);
        }
    }

    /// <summary>A query of this run was answered.</summary>
    internal void Put(string runUid, FinishedMeasurement measurement)
    {
        lock (_gate)
        {
            if (!_byRun.TryGetValue(runUid, out var finished)) _byRun[runUid] = finished = [];
            finished.Add(measurement);
        }
    }

    /// <summary>The run is over.</summary>
    internal void Drop(string runUid)
    {
        lock (_gate) _byRun.Remove(runUid);
    }
}
