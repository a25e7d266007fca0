using System;
using System.Threading;
using System.Threading.Tasks;
using Canary.Sandbox.Load;
using Canary.Sandbox.Mesh.Proxy;
using Canary.Sandbox.Workloads.Pods;
using Microsoft.AspNetCore.Http;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Load;

public sealed class GivenALoad
{
    private static readonly LoadOptions Options =
        LoadOptions.Default with { Rate = 200, Length = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromSeconds(2) };

    private static async Task<LoadTally> RunAsync(LoadOptions options, RequestDelegate answer)
    {
        await using var server = await LoopbackServer.StartAsync(0, answer, CancellationToken.None);
        using var load = new LoadGenerator(server.Address, options, TimeProvider.System);
        await load.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        return load.Tally;
    }

    [Test]
    public async Task WhenItsTimeIsOver_ThenItHasSentRateTimesLengthAndStopsByItself()
    {
        var tally = await RunAsync(Options, http => http.Response.WriteAsync("ok"));

        Assert.That(tally.Sent + tally.Skipped, Is.EqualTo(200));
        Assert.That(tally.Failed, Is.Zero);
    }

    [Test]
    public async Task WhenAnswersNameTheirVersion_ThenTheyAreCountedByIt()
    {
        var number = 0;
        var tally = await RunAsync(Options, http =>
        {
            var one = Interlocked.Increment(ref number);
            http.Response.Headers[AppServer.VersionHeader] = one % 4 == 0 ? "2.0.0" : "1.0.0";
            http.Response.StatusCode = one % 8 == 0 ? 500 : 200;
            return Task.CompletedTask;
        });

        Assert.That(tally.Versions["1.0.0"], Is.EqualTo(new VersionTally(tally.Sent - (tally.Sent / 4), 0)));
        Assert.That(tally.Versions["2.0.0"], Is.EqualTo(new VersionTally(tally.Sent / 4, tally.Sent / 8)));
    }

    [Test]
    public async Task WhenNobodyAnswers_ThenNoMoreThanTheBoundIsInFlight()
    {
        var (now, most) = (0, 0);
        var tally = await RunAsync(Options with { InFlightAtMost = 5, Timeout = TimeSpan.FromMilliseconds(500) }, async http =>
        {
            var inside = Interlocked.Increment(ref now);
            most = Math.Max(most, inside);
            await Task.Delay(10_000, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Interlocked.Decrement(ref now);
        });

        // A request that was given up may still be on the server while the next one arrives.
        Assert.That(most, Is.LessThanOrEqualTo(10));
        Assert.That(tally.Skipped, Is.GreaterThan(150));
        Assert.That(tally.Failed, Is.EqualTo(tally.Sent));
    }

    [Test]
    public async Task WhenItIsCancelled_ThenItStops()
    {
        await using var server = await LoopbackServer.StartAsync(0, http => http.Response.WriteAsync("ok"), CancellationToken.None);
        using var load = new LoadGenerator(server.Address, LoadOptions.Default, TimeProvider.System);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        await load.RunAsync(stop.Token).WaitAsync(TimeSpan.FromSeconds(10));

        Assert.That(load.Tally.Sent, Is.InRange(1, 200));
    }
}
