using System;
using System.IO;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.World.Programs;
using Canary.Usage;

namespace Canary.Sandbox.Commands;

/// <summary>Turns what ends a command into one sentence and an exit code.</summary>
internal static class Failures
{
    public static async Task<int> ReportAsync(Func<Task<int>> run, TextWriter error)
    {
        try
        {
            return await run();
        }
        catch (OperationCanceledException)
        {
            return (int)SandboxExitCode.Interrupted;
        }
        catch (Exception problem) when (CodeOf(problem) is { } code)
        {
            await error.WriteLineAsync($"error: {problem.Message}");
            return (int)code;
        }
        catch (Exception problem)
        {
            await UnexpectedFailure.TellAsync(problem, error);
            return (int)SandboxExitCode.Failed;
        }
    }

    /// <summary>The code of what a user can do something about; null: it is a bug.</summary>
    private static SandboxExitCode? CodeOf(Exception problem) => problem switch
    {
        KubeConfigException => SandboxExitCode.Unreachable,
        ApiException { IsNotFound: true } => SandboxExitCode.NotFound,
        ApiException api => api.IsConflict || api.IsInvalid || api.IsAlreadyExists ? SandboxExitCode.Failed : SandboxExitCode.Unreachable,
        SandboxException sandbox => sandbox.Kind switch
        {
            SandboxProblem.Failed => SandboxExitCode.Failed,
            SandboxProblem.NotFound => SandboxExitCode.NotFound,
            SandboxProblem.Unreachable => SandboxExitCode.Unreachable,
        },
        ProgramEndedException or TimeoutException or IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException =>
            SandboxExitCode.Failed,
        _ => null,
    };
}
