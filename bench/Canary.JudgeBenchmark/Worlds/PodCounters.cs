using System;

namespace Canary.JudgeBenchmark.Worlds;

/// <summary>The counters of one pod. A series is there from its first event on, and after a restart from its first event since.</summary>
internal sealed class PodCounters(World world)
{
    private readonly long[] _buckets = new long[Durations.Buckets];
    private int _pod;
    private long _good;
    private long _failed;

    public void Begin(int pod)
    {
        _pod = pod;
        Restart();
    }

    public void Restart()
    {
        (_good, _failed) = (0, 0);
        Array.Clear(_buckets);
    }

    public void Serve(long requests, long failed)
    {
        _good += requests - failed;
        _failed += failed;
    }

    /// <summary>Durations of requests that went well, so many in each bucket by itself.</summary>
    public void Take(ReadOnlySpan<long> buckets)
    {
        for (var bucket = 0; bucket < buckets.Length; bucket++) _buckets[bucket] += buckets[bucket];
    }

    public void Scrape(int scraper, int at)
    {
        if (_good > 0) world.Series[world.Shape.Good(_pod, scraper)].Add(at, _good);
        if (_failed > 0) world.Series[world.Shape.Failed(_pod, scraper)].Add(at, _failed);
        if (!world.Cell.HasDurations || _good == 0) return;
        var sum = 0L;
        for (var bucket = 0; bucket < _buckets.Length; bucket++)
        {
            sum += _buckets[bucket];
            if (world.Shape.Has(_pod, bucket)) world.Series[world.Shape.Bucket(_pod, bucket, scraper)].Add(at, sum);
        }
    }
}
