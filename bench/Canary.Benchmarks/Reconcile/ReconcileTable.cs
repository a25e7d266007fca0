using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Canary.Benchmarks.Reconcile;

/// <summary>The figures of all controllers, the median of each where it was measured more than once, and how the others compare with the
/// first.</summary>
internal static class ReconcileTable
{
    public static void Write(TextWriter output, IReadOnlyList<(int Rollouts, string Name, RunningReading Reading)> readings)
    {
        output.WriteLine("| rollouts | controller | steps | CPU a step | API requests a step | queries a step | allocated a step "
            + "| resident before | resident | of it anonymous | peak |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var group in readings.GroupBy(one => one.Rollouts))
        {
            RunningReading? first = null;
            foreach (var controller in group.GroupBy(one => one.Name))
            {
                RunningReading[] all = [.. controller.Select(one => one.Reading)];
                var one = RunningReading.MedianOf(all);
                output.WriteLine(FormattableString.Invariant($"| {group.Key:N0} | {controller.Key} | {one.Steps:0} ")
                    + FormattableString.Invariant($"| {one.Cpu.TotalMilliseconds:0.0} ms{Spread(all)} | {one.Requests:0.0} | {one.Queries:0.0} ")
                    + FormattableString.Invariant($"| {one.Allocated / 1e6:0.00} MB | {one.Before.Resident:0} MB | {one.After.Resident:0} MB ")
                    + FormattableString.Invariant($"| {one.After.Anonymous:0} MB | {one.After.Peak:0} MB |"));
                first ??= one;
                if (first == one) continue;
                output.WriteLine(FormattableString.Invariant($"| {group.Key:N0} | {controller.Key} / {group.First().Name} | ")
                    + FormattableString.Invariant($"| {one.Cpu / first.Cpu:0.00} ")
                    + FormattableString.Invariant($"| {one.Requests / first.Requests:0.00} | {one.Queries / first.Queries:0.00} ")
                    + FormattableString.Invariant($"| {one.Allocated / first.Allocated:0.00} ")
                    + FormattableString.Invariant($"| {one.Before.Resident / first.Before.Resident:0.00} ")
                    + Ratios(one.After, first.After));
            }
        }

        output.WriteLine();
    }

    public static void Write(TextWriter output, IReadOnlyList<(int Rollouts, string Name, IdleReading Reading)> readings)
    {
        output.WriteLine("| rollouts at rest | controller | CPU of the start | share of a core at rest | resident | of it anonymous | peak |");
        output.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var group in readings.GroupBy(one => one.Rollouts))
        {
            IdleReading? first = null;
            foreach (var controller in group.GroupBy(one => one.Name))
            {
                var one = IdleReading.MedianOf([.. controller.Select(one => one.Reading)]);
                output.WriteLine(FormattableString.Invariant($"| {group.Key:N0} | {controller.Key} | {one.Start.TotalSeconds:0.0} s ")
                    + FormattableString.Invariant($"| {one.Load:0.000} | {one.Memory.Resident:0} MB | {one.Memory.Anonymous:0} MB ")
                    + FormattableString.Invariant($"| {one.Memory.Peak:0} MB |"));
                first ??= one;
                if (first == one) continue;
                output.WriteLine(FormattableString.Invariant($"| {group.Key:N0} | {controller.Key} / {group.First().Name} ")
                    + FormattableString.Invariant($"| {one.Start / first.Start:0.00} | ") + Ratios(one.Memory, first.Memory));
            }
        }

        output.WriteLine();
    }

    private static string Ratios(MemoryReading one, MemoryReading first) =>
        FormattableString.Invariant($"| {one.Resident / first.Resident:0.00} | {one.Anonymous / first.Anonymous:0.00} ")
            + FormattableString.Invariant($"| {one.Peak / first.Peak:0.00} |");

    private static string Spread(RunningReading[] all) => all.Length < 2 ? ""
        : FormattableString.Invariant($" ({all.Min(one => one.Cpu).TotalMilliseconds:0.0} to {all.Max(one => one.Cpu).TotalMilliseconds:0.0})");
}
