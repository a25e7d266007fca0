using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Etlx;
using Microsoft.Diagnostics.Tracing.Parsers.Clr;

namespace Canary.Benchmarks.Reconcile;

/// <summary>What a trace says: the methods that ran, those that they ran for, and what was allocated by whom.</summary>
internal static class ProfileReport
{
    private const int Shown = 45;

    // Threads that wait are sampled too; only these samples are of managed code that runs.
    private const int Managed = 2;

    public static void Write(string file, TextWriter output)
    {
        var converted = TraceLog.CreateFromEventPipeDataFile(file);
        using (var log = new TraceLog(converted))
        {
            var (self, all, sizes, sites) = (new Counts(), new Counts(), new Counts(), new Counts());
            foreach (var one in log.Events)
            {
                if (one is GCAllocationTickTraceData allocation)
                {
                    var frames = Frames(one.CallStack());
                    sizes.Add(allocation.TypeName, allocation.AllocationAmount64);
                    foreach (var frame in frames.Where(IsOurs).Distinct()) sites.Add(frame, allocation.AllocationAmount64);
                }
                else if (one.ProviderName == "Microsoft-DotNETCore-SampleProfiler" && IsRunning(one))
                {
                    var frames = Frames(one.CallStack());
                    if (frames.Count > 0) self.Add(frames[0], 1);
                    foreach (var frame in frames.Distinct()) all.Add(frame, 1);
                    self.Sum++;
                    all.Sum++;
                }
            }

            sizes.Sum = sites.Sum = sizes.Total;
            self.Write(output, "CPU by the method that ran");
            all.Only(IsOurs).Write(output, "CPU by our methods and all that they call");
            all.Only(frame => !IsOurs(frame)).Write(output, "CPU by other methods and all that they call");
            sizes.Write(output, "Allocated by type");
            sites.Write(output, "Allocated by our methods and all that they call");
        }

        File.Delete(converted);
    }

    private static bool IsRunning(TraceEvent sample) =>
        sample.EventDataLength >= 4 && BitConverter.ToInt32(sample.EventData(), 0) == Managed;

    private static bool IsOurs(string frame) => frame.StartsWith("Canary.", StringComparison.Ordinal);

    private static List<string> Frames(TraceCallStack? stack)
    {
        var frames = new List<string>();
        for (; stack is not null; stack = stack.Caller)
        {
            if (stack.CodeAddress.FullMethodName is { Length: > 0 } name) frames.Add(name.Split('(')[0]);
        }

        return frames;
    }

    private sealed class Counts
    {
        private readonly Dictionary<string, double> _counts = new(StringComparer.Ordinal);

        public double Sum { get; set; }

        public double Total => _counts.Values.Sum();

        public void Add(string what, double count) => _counts[what] = _counts.GetValueOrDefault(what) + count;

        public Counts Only(Func<string, bool> isShown)
        {
            var few = new Counts { Sum = Sum };
            foreach (var (what, count) in _counts.Where(one => isShown(one.Key))) few.Add(what, count);
            return few;
        }

        public void Write(TextWriter output, string title)
        {
            output.WriteLine($"{title}, of {Sum:N0}:");
            foreach (var (what, count) in _counts.OrderByDescending(one => one.Value).Take(Shown))
                output.WriteLine($"  {count / Sum:P1}  {what}");
            output.WriteLine();
        }
    }
}
