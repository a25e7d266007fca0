using System;
using System.Collections.Generic;

namespace Canary.Benchmarks.Reconcile;

/// <summary>Memory of a process, in MB of 1,000,000 bytes.</summary>
/// <param name="Resident">All pages that are resident.</param>
/// <param name="Anonymous">Those of them that are of no file. The system can take the others back at any time, and processes share
/// them.</param>
/// <param name="Peak">The most that ever was resident.</param>
internal sealed record MemoryReading(double Resident, double Anonymous, double Peak)
{
    public static MemoryReading MedianOf<T>(IReadOnlyList<T> all, Func<T, MemoryReading> read) => new(
        Median.Of(all, one => read(one).Resident), Median.Of(all, one => read(one).Anonymous), Median.Of(all, one => read(one).Peak));
}
