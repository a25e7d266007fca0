using System;
using System.Diagnostics;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Api;

/// <summary>Waits for what another thread does, and fails when it does not.</summary>
internal static class Eventually
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    public static async Task ThatAsync(Func<bool> holds, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!holds())
        {
            if (Stopwatch.GetElapsedTime(started) > _patience) Assert.Fail($"not within {_patience}: {what}");
            await Task.Delay(2);
        }
    }
}
