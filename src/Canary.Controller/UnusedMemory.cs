using System;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Caching.Rollouts;

namespace Canary.Controller;

/// <summary>
/// Memory that the process holds and has no more use for: pages of the first lists, the work of a takeover, many rollouts at a time that
/// are over. A process at rest allocates too little for the runtime to collect it on its own, and would hold it for days.
/// </summary>
internal static class UnusedMemory
{
    private const long Megabyte = 1 << 20;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(30);

    /// <summary>Gives it back to the system: after the first lists, and whenever much of it has come together and the process is at rest.
    /// Each time pauses the process for as long as it takes to walk through what is kept.</summary>
    public static async Task ReturnAsync(RolloutCaches caches, TimeProvider time, CancellationToken cancel)
    {
        await caches.WaitForSyncAsync(cancel);
        var kept = Return();
        for (var allocated = GC.GetTotalAllocatedBytes(); ;)
        {
            await Task.Delay(BetweenLooks, time, cancel);
            var now = GC.GetTotalAllocatedBytes();
            if (IsWorthIt(GC.GetGCMemoryInfo().TotalCommittedBytes, kept, now - allocated)) kept = Return();
            allocated = now;
        }
    }

    /// <summary>Whether a collection is worth its pause.</summary>
    /// <param name="held">Bytes of the heap now.</param>
    /// <param name="kept">Bytes of the heap after the last time.</param>
    /// <param name="allocated">Bytes allocated since the last look; a process that works collects by itself.</param>
    internal static bool IsWorthIt(long held, long kept, long allocated) =>
        allocated < 2 * Megabyte && held > kept + Math.Max(8 * Megabyte, kept / 4);

    private static long Return()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return GC.GetGCMemoryInfo(GCKind.FullBlocking).TotalCommittedBytes;
    }
}
