using System;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Caching.Rollouts;

namespace Canary.Controller;

/// <summary>
/// What the first lists leave behind: pages of them, parsed, are many times what is kept. A process that is mostly idle allocates too
/// little for the runtime to collect it on its own, and would hold it for days.
/// </summary>
internal static class StartupGarbage
{
    /// <summary>Waits for the first lists and gives the memory back to the system. It pauses the process once, for as long as it takes to
    /// walk through what is kept.</summary>
    public static async Task ReturnAsync(RolloutCaches caches, CancellationToken cancel)
    {
        await caches.WaitForSyncAsync(cancel);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
