using System;
using System.Linq;
using System.Threading.Tasks;
using Canary.Testing;

namespace Canary.Kubernetes.Tests.Api;

/// <summary>Waits for others that wait for the clock.</summary>
internal static class ManualTimeWaits
{
    /// <summary>Waits, in real time, until so many timers that are due within a span are set, and returns how far the first of them
    /// is.</summary>
    public static async Task<TimeSpan> UntilWaitingAsync(this ManualTime time, TimeSpan within, int count = 1, TimeSpan atLeast = default)
    {
        var due = TimeSpan.Zero;
        await Eventually.ThatAsync(
            () =>
            {
                var waiting = time.Waiting().Where(left => left <= within && left >= atLeast).ToList();
                due = waiting.FirstOrDefault();
                return waiting.Count >= count;
            },
            $"{count} timers due within {within}");
        return due;
    }

    /// <summary>Waits until so many parties are waiting for the clock, then moves it to where the first goes on.</summary>
    public static async Task NextAsync(this ManualTime time, TimeSpan within, int count = 1) =>
        time.Advance(await time.UntilWaitingAsync(within, count));
}
