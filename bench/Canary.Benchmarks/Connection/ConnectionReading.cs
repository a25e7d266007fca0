using System;
using System.Collections.Generic;
using Canary.Benchmarks.Reconcile;

namespace Canary.Benchmarks.Connection;

/// <summary>What the API client of one build costs.</summary>
/// <param name="ListCpu">CPU time to list one object.</param>
/// <param name="ListAllocated">Bytes allocated to list one object.</param>
/// <param name="WatchCpu">CPU time of one event of a watch.</param>
/// <param name="WatchAllocated">Bytes allocated for one event of a watch.</param>
internal sealed record ConnectionReading(TimeSpan ListCpu, double ListAllocated, TimeSpan WatchCpu, double WatchAllocated);

/// <summary>All figures of one build: each is measured several times.</summary>
internal sealed class BuildReadings
{
    public List<ConnectionReading> Connections { get; } = [];

    /// <summary>CPU time of one <c>canary get</c>.</summary>
    public List<TimeSpan> Gets { get; } = [];

    /// <summary>Memory of the controller with rollouts at rest.</summary>
    public List<MemoryReading> Memory { get; } = [];
}
