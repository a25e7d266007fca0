using System;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Sandbox.World;

/// <summary>Waits until the controller has taken over a Rollout. A version that is shipped before that is taken for what was there, and is
/// not released; and the Services that Canary makes of one Deployment may not be there, so requests would fail.</summary>
internal sealed class TakeoverWait(ApiClient api, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <exception cref="TimeoutException">It has not.</exception>
    public async Task UntilDoneAsync(ObjectName rollout, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        while (await api.FindAsync(KnownKinds.Rollouts, rollout, cancel) is { } found
            && found.TextAt("status", "phase") is null or "Initializing")
        {
            if (time.GetElapsedTime(started) > Patience)
                throw new TimeoutException(
                    $"the controller has not taken over Rollout {rollout} for {Patience.TotalSeconds:0} s: {found.TextAt("status", "message")
                        ?? "it has not looked at it; its log says why"}");
            await Task.Delay(Look, time, cancel);
        }
    }
}
