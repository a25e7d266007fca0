using Canary.Kubernetes.Api.Objects;
using Microsoft.Extensions.Logging;

namespace Canary.Sandbox;

/// <summary>What the sandbox says about itself; on standard error, so that the demo's answer stays alone on standard output.</summary>
internal static partial class SandboxLog
{
    [LoggerMessage(4001, LogLevel.Warning, "{Kind} {Name}: {Problem}; trying again")]
    public static partial void ReconcileFailed(this ILogger log, string kind, ObjectName name, string problem);

    [LoggerMessage(4002, LogLevel.Warning, "{Problem}; the mesh goes on with the last good document")]
    public static partial void DocumentRefused(this ILogger log, string problem);

    [LoggerMessage(4003, LogLevel.Information, "{Program} runs as process {ProcessId}")]
    public static partial void ProgramStarted(this ILogger log, string program, int processId);

    [LoggerMessage(4004, LogLevel.Warning, "{Program} ended by itself with code {ExitCode}: {LastLines}")]
    public static partial void ProgramEnded(this ILogger log, string program, int exitCode, string lastLines);

    [LoggerMessage(4005, LogLevel.Information, "{What}")]
    public static partial void Progress(this ILogger log, string what);
}
