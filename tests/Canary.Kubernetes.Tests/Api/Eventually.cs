using System;
using System.Diagnostics;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Api;

/// <summary>Waits for what another thread does, and fails when it does not.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static Task ThatAsync(Func<bool> holds, string what) => ThatAsync(() => Task.FromResult(holds()), what);

    public static async Task ThatAsync(Func<Task<bool>> holds, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            if (Stopwatch.GetElapsedTime(started) > Patience) Assert.Fail($"not within {Patience}: {what}");
            await Task.Delay(2);
        }
    }
}
