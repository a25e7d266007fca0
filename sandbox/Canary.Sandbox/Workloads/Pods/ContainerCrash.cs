using System;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.Sandbox.Workloads.Pods;

/// <summary>The last time that the containers of a pod exited.</summary>
/// <param name="Count">How often they have exited, which is how often they were started again or will be.</param>
/// <param name="StartedAt">Start of the run that ended.</param>
/// <param name="EndedAt">Its end.</param>
/// <param name="InARow">Exits after runs of less than ten minutes, this one included.</param>
internal sealed record ContainerCrash(int Count, DateTimeOffset StartedAt, DateTimeOffset EndedAt, int InARow)
{
    private static readonly TimeSpan Forgiven = TimeSpan.FromMinutes(10);

    /// <summary>How long the kubelet waits before it starts the containers again: not at all after the first exit, then 10 s, 20 s and so
    /// on up to 5 minutes.</summary>
    public TimeSpan BackOff =>
        InARow <= 1 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(300, 10 * Math.Pow(2, Math.Min(InARow - 2, 10))));

    public static ContainerCrash After(ContainerCrash? before, DateTimeOffset startedAt, DateTimeOffset now) =>
        new((before?.Count ?? 0) + 1, startedAt, now, now - startedAt >= Forgiven ? 1 : (before?.InARow ?? 0) + 1);

    public JsonObject State() => new()
    {
        ["terminated"] = new JsonObject
        {
            ["exitCode"] = 1,
            ["reason"] = "Error",
            ["startedAt"] = StartedAt.ToTimestamp(),
            ["finishedAt"] = EndedAt.ToTimestamp(),
        },
    };
}
