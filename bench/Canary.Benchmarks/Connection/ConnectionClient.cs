using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Benchmarks.Connection;

/// <summary>A process that does nothing but list and watch with the client of one build, and says what that cost.</summary>
internal static class ConnectionClient
{
    private const string Kind = "Pods";
    private const int WarmUps = 5;
    private const int Measured = 20;

    /// <summary>Runs as a child process: the folder of the build, the kubeconfig, the version before the objects, and their
    /// number.</summary>
    public static async Task RunAsync(string[] words, TextWriter output, CancellationToken cancel)
    {
        var client = new PublishedClient(words[0], words[1]);
        var (version, objects) = (words[2], int.Parse(words[3], CultureInfo.InvariantCulture));
        var list = await MeasureAsync(() => client.ListAsync(Kind, cancel));
        var watch = await MeasureAsync(() => client.WatchAsync(Kind, version, objects, cancel));
        await output.WriteLineAsync(JsonSerializer.Serialize(new ConnectionReading(
            list.Cpu / Measured / objects, (double)list.Allocated / Measured / objects, watch.Cpu / Measured / objects,
            (double)watch.Allocated / Measured / objects)));
    }

    private static async Task<(TimeSpan Cpu, long Allocated)> MeasureAsync(Func<Task> act)
    {
        for (var time = 0; time < WarmUps; time++) await act();
        var process = Process.GetCurrentProcess();
        var (cpu, allocated) = (process.TotalProcessorTime, GC.GetTotalAllocatedBytes());
        for (var time = 0; time < Measured; time++) await act();
        process.Refresh();
        return (process.TotalProcessorTime - cpu, GC.GetTotalAllocatedBytes() - allocated);
    }
}
