using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Canary.Benchmarks.Reconcile;

namespace Canary.Benchmarks.Connection;

/// <summary>The medians of each build, what they lie between, and how the last build compares with the first.</summary>
internal static class ConnectionTable
{
    private static readonly (string Name, string Unit, Func<BuildReadings, IEnumerable<double>> Values)[] Figures =
    [
        ("CPU to list an object", "µs", build => build.Connections.Select(one => one.ListCpu.TotalMicroseconds)),
        ("allocated to list an object", "bytes", build => build.Connections.Select(one => one.ListAllocated)),
        ("CPU of an event of a watch", "µs", build => build.Connections.Select(one => one.WatchCpu.TotalMicroseconds)),
        ("allocated for an event of a watch", "bytes", build => build.Connections.Select(one => one.WatchAllocated)),
        ("CPU of `canary get`", "ms", build => build.Gets.Select(one => one.TotalMilliseconds)),
        ("resident memory of the controller", "MB", build => build.Memory.Select(one => one.Resident)),
        ("of it anonymous", "MB", build => build.Memory.Select(one => one.Anonymous)),
    ];

    public static void Write(TextWriter output, IReadOnlyDictionary<string, BuildReadings> builds)
    {
        output.WriteLine($"| figure | {string.Join(" | ", builds.Keys)} | ratio |");
        output.WriteLine($"|---|{string.Concat(builds.Select(_ => "---|"))}---|");
        foreach (var (name, unit, values) in Figures)
        {
            double[] medians = [.. builds.Values.Select(build => Median.Of(values(build), value => value))];
            var cells = builds.Values.Select((build, place) => FormattableString.Invariant(
                $"{medians[place]:N1} {unit} ({values(build).Min():N1} to {values(build).Max():N1})"));
            output.WriteLine($"| {name} | {string.Join(" | ", cells)} "
                + FormattableString.Invariant($"| {medians[^1] / medians[0]:0.00} |"));
        }
    }
}
