using System;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Benchmarks.Connection;

/// <summary>Programs that are run to their end.</summary>
internal static class ChildUsage
{
    private const int Children = -1;

    /// <summary>Runs one.</summary>
    /// <returns>What it wrote, and the CPU time that it took.</returns>
    /// <exception cref="IOException">It failed.</exception>
    public static async Task<(string Output, TimeSpan Cpu)> RunAsync(string file, string[] arguments, CancellationToken cancel)
    {
        var before = CpuOfChildren();
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        if (process.ExitCode != 0) throw new IOException($"{file} ended with code {process.ExitCode}");
        return (output, CpuOfChildren() - before);
    }

    /// <summary>Time that all children that have ended ran.</summary>
    private static TimeSpan CpuOfChildren()
    {
        // struct rusage: two struct timeval, user and system, and 14 more words.
        var usage = new long[18];
        if (GetUsage(Children, usage) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
        return TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds(usage[1] + usage[3]);
    }

    [DllImport("libc", EntryPoint = "getrusage", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int GetUsage(int who, long[] usage);
}
