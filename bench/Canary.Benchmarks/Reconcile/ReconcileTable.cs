using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Canary.Benchmarks.Reconcile;

/// <summary>The figures of all controllers, and how the last compares with the first.</summary>
internal static class ReconcileTable
{
    public static void Write(TextWriter output, IReadOnlyList<(int Rollouts, string Name, RunningReading Reading)> readings)
    {
        output.WriteLine("| rollouts | controller | steps | CPU a step | API requests a step | queries a step | allocated a step "
            + "| resident before | resident | peak |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        foreach (var group in readings.GroupBy(one => one.Rollouts))
        {
            foreach (var (rollouts, name, one) in group)
            {
                output.WriteLine(FormattableString.Invariant(
                    $"| {rollouts:N0} | {name} | {one.Steps:0} | {one.Cpu.TotalMilliseconds:0.0} ms | {one.Requests:0.0} | {one.Queries:0.0} ")
                    + FormattableString.Invariant(
                        $"| {one.Allocated / 1e6:0.00} MB | {one.Before:0} MB | {one.Resident:0} MB | {one.Peak:0} MB |"));
            }

            var (first, last) = (group.First().Reading, group.Last().Reading);
            if (group.Count() < 2) continue;
            output.WriteLine(FormattableString.Invariant($"| {group.Key:N0} | after / before | | {last.Cpu / first.Cpu:0.00} ")
                + FormattableString.Invariant($"| {last.Requests / first.Requests:0.00} | {last.Queries / first.Queries:0.00} ")
                + FormattableString.Invariant($"| {last.Allocated / first.Allocated:0.00} | {last.Before / first.Before:0.00} ")
                + FormattableString.Invariant($"| {last.Resident / first.Resident:0.00} | {last.Peak / first.Peak:0.00} |"));
        }

        output.WriteLine();
    }

    public static void Write(TextWriter output, IReadOnlyList<(int Rollouts, string Name, IdleReading Reading)> readings)
    {
        output.WriteLine("| rollouts at rest | controller | resident | peak | CPU of the start | share of a core at rest |");
        output.WriteLine("|---|---|---|---|---|---|");
        foreach (var group in readings.GroupBy(one => one.Rollouts))
        {
            foreach (var (rollouts, name, one) in group)
            {
                output.WriteLine(FormattableString.Invariant($"| {rollouts:N0} | {name} | {one.Resident:0} MB | {one.Peak:0} MB ")
                    + FormattableString.Invariant($"| {one.Start.TotalSeconds:0.0} s | {one.Load:0.000} |"));
            }

            var (first, last) = (group.First().Reading, group.Last().Reading);
            if (group.Count() < 2) continue;
            output.WriteLine(FormattableString.Invariant($"| {group.Key:N0} | after / before | {last.Resident / first.Resident:0.00} ")
                + FormattableString.Invariant($"| {last.Peak / first.Peak:0.00} | {last.Start / first.Start:0.00} | |"));
        }

        output.WriteLine();
    }
}
