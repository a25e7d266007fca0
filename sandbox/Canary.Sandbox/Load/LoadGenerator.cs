using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Canary.Sandbox.Workloads.Pods;

namespace Canary.Sandbox.Load;

/// <summary>A steady open-loop load: requests leave at their time, however slow the answers are, as those of many users do.</summary>
internal sealed class LoadGenerator(string address, LoadOptions options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private readonly HttpMessageInvoker _invoker =
        new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null });
    private readonly Uri _target = new($"http://{address}{options.Path}");
    private readonly Dictionary<string, VersionTally> _versions = [];
    private readonly Lock _lock = new();
    private long _sent;
    private long _skipped;
    private long _failed;
    private int _inFlight;

    public LoadTally Tally
    {
        get
        {
            lock (_lock) return new LoadTally(_sent, _skipped, _failed, new Dictionary<string, VersionTally>(_versions));
        }
    }

    public void Dispose() => _invoker.Dispose();

    /// <summary>Sends until the length is over or it is cancelled; then waits for what is in flight, no longer than the timeout of a
    /// request.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Tick, time);
        var started = time.GetTimestamp();
        long due = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
            {
                var elapsed = time.GetElapsedTime(started);
                var ended = elapsed >= options.Length;
                var wanted = (long)((ended ? options.Length : elapsed).TotalSeconds * options.Rate);
                // After a long stop of the process it does not catch up: a burst is not a steady load.
                if (wanted - due > options.Rate) due = wanted - (long)options.Rate;
                for (; due < wanted; due++) SendOne();
                if (ended) break;
            }
        }
        catch (OperationCanceledException)
        {
            // The usual end.
        }

        await DrainAsync();
    }

    private void SendOne()
    {
        if (Volatile.Read(ref _inFlight) >= options.InFlightAtMost)
        {
            lock (_lock) _skipped++;
            return;
        }

        Interlocked.Increment(ref _inFlight);
        _ = ExchangeAsync();
    }

    private async Task ExchangeAsync()
    {
        lock (_lock) _sent++;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, _target);
            request.Headers.Host = options.Host;
            using var limit = new CancellationTokenSource(options.Timeout, time);
            using var answer = await _invoker.SendAsync(request, limit.Token);
            await answer.Content.LoadIntoBufferAsync(limit.Token);
            var version = answer.Headers.TryGetValues(AppServer.VersionHeader, out var values) ? values.First() : LoadTally.NoVersion;
            Count(version, (int)answer.StatusCode >= 500);
        }
        catch (Exception problem) when (problem is HttpRequestException or OperationCanceledException)
        {
            Count(LoadTally.NoVersion, true);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    private void Count(string version, bool failed)
    {
        lock (_lock)
        {
            var tally = _versions.GetValueOrDefault(version) ?? new VersionTally(0, 0);
            _versions[version] = new VersionTally(tally.Answered + 1, tally.Failed + (failed ? 1 : 0));
            if (failed) _failed++;
        }
    }

    private async Task DrainAsync()
    {
        var started = time.GetTimestamp();
        while (Volatile.Read(ref _inFlight) > 0 && time.GetElapsedTime(started) < options.Timeout)
            await Task.Delay(Tick, time, CancellationToken.None);
    }
}
