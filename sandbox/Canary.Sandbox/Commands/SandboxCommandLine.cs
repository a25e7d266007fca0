using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Canary.Usage;

namespace Canary.Sandbox.Commands;

/// <summary>Reads a command line and carries it out.</summary>
internal static class SandboxCommandLine
{
    /// <summary>As users type it: <c>canary</c> starts this program in its place.</summary>
    private const string Name = "canary-sandbox";

    public static RootCommand Create() => new("""
        The embedded world of Canary: an API server, workloads, a mesh, a load and Prometheus, to try and to test. Its state is in memory.

        Exit codes: 0 done; 1 it could not be done; 2 wrong command line; 3 not found; 4 sandbox or cluster not reachable or not allowed; 130 interrupted.
        """)
    {
        RunCommand.Create(),
        DemoCommand.Create(),
        DeployCommand.Create(),
        AlertCommand.Create(),
    };

    /// <summary>The exit code. A line that cannot be read does nothing: its help is printed, and below it everything that is
    /// wrong.</summary>
    public static Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter error, CancellationToken cancel) =>
        Failures.ReportAsync(() => ReadAsync(args, output, error, cancel), error);

    private static async Task<int> ReadAsync(IReadOnlyList<string> args, TextWriter output, TextWriter error, CancellationToken cancel)
    {
        var parsed = Create().Parse(args, UsageErrors.Reading);
        if (UsageErrors.Find(parsed, Name) is { Count: > 0 } errors)
        {
            await UsageErrors.TellAsync(parsed, errors, Name, error, cancel);
            return (int)SandboxExitCode.Usage;
        }

        // Long enough to stop the controller and Prometheus in order after Ctrl-C or SIGTERM.
        var running = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromSeconds(20)
        };
        return await parsed.InvokeAsync(running, cancel);
    }
}
