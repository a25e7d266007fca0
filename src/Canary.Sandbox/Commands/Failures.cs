using System;
using System.IO;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Sandbox.World;
using Canary.Sandbox.World.Programs;

namespace Canary.Sandbox.Commands;

/// <summary>Turns what a user can do something about into one sentence and an exit code; anything else is a bug and is shown whole.</summary>
internal static class Failures
{
    /// <summary>As a shell reports a program that Ctrl-C ended.</summary>
    private const int Interrupted = 130;

    public static async Task<int> ReportAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
        catch (Exception problem) when (problem is SandboxException or ProgramEndedException or KubeConfigException or ApiException or TimeoutException or IOException)
        {
            await Console.Error.WriteLineAsync($"error: {problem.Message}");
            return 1;
        }
    }
}
