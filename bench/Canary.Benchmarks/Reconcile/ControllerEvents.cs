using System;
using System.Collections.Generic;
using System.Diagnostics.Tracing;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Parsers;

namespace Canary.Benchmarks.Reconcile;

/// <summary>What the runtime of another process tells through its event pipe. Only after everything else was measured: telling
/// costs.</summary>
internal static class ControllerEvents
{
    private const int BufferMegabytes = 256;

    /// <summary>Bytes that it allocates in this time.</summary>
    public static async Task<double> AllocatedAsync(int process, TimeSpan window, CancellationToken cancel)
    {
        var arguments = new Dictionary<string, string> { ["EventCounterIntervalSec"] = "1" };
        var provider = new EventPipeProvider("System.Runtime", EventLevel.Informational, 0, arguments);
        using var session = await new DiagnosticsClient(process).StartEventPipeSessionAsync([provider], requestRundown: false,
            circularBufferMB: 16, cancel);
        using var source = new EventPipeEventSource(session.EventStream);
        var sum = 0.0;
        source.Dynamic.All += data =>
        {
            if (data.EventName != "EventCounters") return;
            var payload = (IDictionary<string, object>)((IDictionary<string, object>)data.PayloadValue(0))["Payload"];
            if ((string)payload["Name"] == "alloc-rate") sum += (double)payload["Increment"];
        };
        var reading = Task.Run(source.Process, CancellationToken.None);
        await Task.Delay(window, cancel);
        await session.StopAsync(cancel);
        await reading;
        return sum;
    }

    /// <summary>Samples its stacks and its allocations for this time, and writes down what is at their top.</summary>
    public static async Task ProfileAsync(int process, TimeSpan window, TextWriter output, CancellationToken cancel)
    {
        var file = Path.Combine(Path.GetTempPath(), $"canary-reconcile-{process}.nettrace");
        EventPipeProvider[] providers =
        [
            new("Microsoft-DotNETCore-SampleProfiler", EventLevel.Informational),
            new("Microsoft-Windows-DotNETRuntime", EventLevel.Verbose,
                (long)(ClrTraceEventParser.Keywords.GC | ClrTraceEventParser.Keywords.Loader | ClrTraceEventParser.Keywords.Jit)),
        ];
        using (var session = await new DiagnosticsClient(process).StartEventPipeSessionAsync(providers, requestRundown: true,
            BufferMegabytes, cancel))
        {
            await using var stream = File.Create(file);
            var copying = session.EventStream.CopyToAsync(stream, cancel);
            await Task.Delay(window, cancel);
            await session.StopAsync(cancel);
            await copying;
        }

        ProfileReport.Write(file, output);
        File.Delete(file);
    }
}
