using System;
using System.Collections.Generic;

namespace Canary.Benchmarks.Reconcile;

/// <summary>What a controller cost while rollouts ran.</summary>
/// <param name="Steps">Steps in the time that was measured, of all rollouts.</param>
/// <param name="Cpu">CPU time a step.</param>
/// <param name="Requests">Requests to the API server a step.</param>
/// <param name="Queries">Queries a step.</param>
/// <param name="Allocated">Bytes a step.</param>
/// <param name="Before">Memory before the release.</param>
/// <param name="After">Memory at the end.</param>
internal sealed record RunningReading(
    double Steps, TimeSpan Cpu, double Requests, double Queries, double Allocated, MemoryReading Before, MemoryReading After)
{
    /// <summary>The median of each figure.</summary>
    public static RunningReading MedianOf(IReadOnlyList<RunningReading> all) => new(
        Median.Of(all, one => one.Steps), TimeSpan.FromSeconds(Median.Of(all, one => one.Cpu.TotalSeconds)),
        Median.Of(all, one => one.Requests), Median.Of(all, one => one.Queries), Median.Of(all, one => one.Allocated),
        MemoryReading.MedianOf(all, one => one.Before), MemoryReading.MedianOf(all, one => one.After));
}

/// <summary>What a controller cost while rollouts were at rest.</summary>
/// <param name="Memory">Memory at the end.</param>
/// <param name="Start">CPU time of the start.</param>
/// <param name="Load">Share of one core after that.</param>
internal sealed record IdleReading(MemoryReading Memory, TimeSpan Start, double Load)
{
    /// <summary>The median of each figure.</summary>
    public static IdleReading MedianOf(IReadOnlyList<IdleReading> all) => new(
        MemoryReading.MedianOf(all, one => one.Memory), TimeSpan.FromSeconds(Median.Of(all, one => one.Start.TotalSeconds)),
        Median.Of(all, one => one.Load));
}
