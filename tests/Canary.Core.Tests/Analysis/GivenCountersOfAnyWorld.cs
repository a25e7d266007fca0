using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Red;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

/// <summary>Pods that come and go and are set back, series that are born late, scrapes that are missed, ticks that are missed: all by
/// lot.</summary>
public sealed class GivenCountersOfAnyWorld
{
    private const int End = 1800;

    [Test]
    public void WhenItIsReadWindowByWindow_ThenEveryIncreaseThatWasScrapedIsCountedOnce([Range(1, 30)] int seed)
    {
        var random = new Random(seed);
        var (canary, stable) = (World(random, "c"), World(random, "s"));
        var reading = new CounterReading(RedPreset.Find("istio-workload")!, RedSignal.Errors, []);
        var (requests, errors, theirs, start, evidence) = (0L, 0L, 0L, A.At(0), Evidence.None);
        for (var to = 0; to < End;)
        {
            to = Math.Min(End, to + (15 * random.Next(1, random.Next(10) == 0 ? 40 : 5)));
            while (start < A.At(to))
            {
                var from = (start - A.At(0)).TotalSeconds;
                var counts = reading.Read(Seen(canary, from, to), Seen(stable, from, to), evidence, start, A.At(to));
                if (counts.WaitsFor is not null) break;
                (requests, errors, theirs) = (requests + counts.Canary.Requests,
                    errors + counts.Canary.Events.DefaultIfEmpty(0).First(), theirs + counts.Stable.Requests);
                evidence = evidence with
                {
                    CanaryPods = PodTally.Add(evidence.CanaryPods, counts.CanaryPods, 0, false, true, start, counts.End),
                    StablePods = PodTally.Add(evidence.StablePods, counts.StablePods, 0, false, true, start, counts.End),
                };
                start = counts.End;
            }
        }

        Assert.That(start, Is.GreaterThan(A.At(End - 180)), "a window waits for a pod, and never for long");
        Assert.That((requests, errors, theirs),
            Is.EqualTo((Scraped(canary, start, _ => true), Scraped(canary, start, code => code == "503"),
                Scraped(stable, start, _ => true))));
    }

    // What the query for a window brings.
    private static MetricAnswer.Matrix Seen(List<Series> world, double from, double to) => new(
        [.. world.Select(series => series with
        {
            Points = [.. series.Points.Where(point => point.At > A.At(from) - CounterReading.Before(default) && point.At <= A.At(to))],
        }).Where(series => series.Points.Count > 0)], []);

    // The whole of each series at once: from its last sample before the beginning, or from 0 where it was born later.
    private static long Scraped(List<Series> world, DateTimeOffset end, Func<string, bool> isCounted) =>
        (long)world.Where(series => isCounted(series.Labels[1].Value)).Sum(series =>
    {
        var last = series.Points.Where(point => point.At <= A.At(0)).Select(point => point.Value).LastOrDefault(0);
        var sum = 0.0;
        foreach (var point in series.Points.Where(point => point.At > A.At(0) && point.At <= end))
        {
            sum += point.Value >= last ? point.Value - last : point.Value;
            last = point.Value;
        }

        return sum;
    });

    private static List<Series> World(Random random, string side)
    {
        var world = new List<Series>();
        for (var pod = 0; pod < 5; pod++)
        {
            // The first two are there from long before to the end; the others come and go.
            var (born, dies) = pod < 2 ? (-600, End) : (random.Next(-300, End), random.Next(0, End + 600));
            var phase = random.Next(15_000) / 1000.0;
            var (good, bad) = (new List<Point>(), new List<Point>());
            var (all, failed, missed) = (0, 0, 0);
            for (var at = born + phase; at <= Math.Min(dies, End); at += 15)
            {
                all += random.Next(0, 9);
                failed += random.Next(6) == 0 ? 1 : 0;
                if (random.Next(60) == 0) (all, failed) = (random.Next(3), 0);
                missed = at > 0 && random.Next(8) == 0 && missed < 5 ? missed + 1 : 0;
                if (missed > 0) continue;
                good.Add(new Point(A.At(at), all));
                if (failed > 0 || bad.Count > 0) bad.Add(new Point(A.At(at), failed));
            }

            if (good.Count > 0) world.Add(new Series([new("pod", $"{side}{pod}"), new("response_code", "200")], [.. good]));
            if (bad.Count > 0) world.Add(new Series([new("pod", $"{side}{pod}"), new("response_code", "503")], [.. bad]));
        }

        return world;
    }
}
