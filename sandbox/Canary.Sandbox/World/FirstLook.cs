using System;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Sandbox.World;

/// <summary>Waits until the controller has looked at a Rollout. A version that is shipped before that is taken for what was there, and is
/// not released.</summary>
internal sealed class FirstLook(ApiClient api, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <exception cref="TimeoutException">It has not.</exception>
    public async Task UntilDoneAsync(ObjectName rollout, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        while (await api.FindAsync(KnownKinds.Rollouts, rollout, cancel) is { } found
            && found.NumberAt("status", "observedGeneration") is null)
        {
            if (time.GetElapsedTime(started) > Patience)
                throw new TimeoutException(
                    $"the controller has not looked at Rollout {rollout} for {Patience.TotalSeconds:0} s; its log says why");
            await Task.Delay(Look, time, cancel);
        }
    }
}
