using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Placebo;
using Canary.Core.Tests.Analysis;
using MathNet.Numerics.Distributions;

namespace Canary.Core.Tests.Placebo;

/// <summary>The past of a service: ten requests a second to each pod, of which one in a hundred fails, scraped every fifteen
/// seconds.</summary>
internal static class Wandering
{
    private const int Scrape = 15;
    private const int Requests = 150;

    /// <summary>Counters of pods whose errors are so many times the usual ones.</summary>
    /// <param name="pods">How many.</param>
    /// <param name="hours">Length of the past.</param>
    /// <param name="factor">Of a pod in a scrape, by its number and the seconds since the start.</param>
    /// <param name="seed">Of the errors.</param>
    public static MetricAnswer.Matrix Counters(int pods, double hours, Func<int, int, double> factor, int seed = 20261201)
    {
        var random = new Random(seed);
        var series = new List<Series>();
        for (var pod = 0; pod < pods; pod++)
        {
            var (good, failed) = (new List<Point>(), new List<Point>());
            var (all, bad) = (0L, 0L);
            for (var at = pod; at <= hours * 3600; at += Scrape)
            {
                all += Requests;
                var mean = Requests * 0.01 * factor(pod, at);
                if (mean > 0) bad += Math.Min(Requests, Poisson.Sample(random, mean));
                good.Add(new Point(A.At(at), all - bad));
                failed.Add(new Point(A.At(at), bad));
            }

            Label name = new("pod", $"checkout-{pod}");
            series.Add(new Series([name, new("response_code", "200")], [.. good]));
            series.Add(new Series([name, new("response_code", "503")], [.. failed]));
        }

        return new MetricAnswer.Matrix([.. series], []);
    }

    /// <summary>Pods whose errors do not differ.</summary>
    public static PastCounters Alike(int pods, double hours) => PastCounters.Join([Counters(pods, hours, (_, _) => 1)]);

    /// <summary>Pods each of whose rates wanders by itself: the logarithm is a process of Ornstein and Uhlenbeck.</summary>
    /// <param name="pods">How many.</param>
    /// <param name="hours">Length of the past.</param>
    /// <param name="deviation">Standard deviation of the logarithm.</param>
    /// <param name="minutes">How long it remembers.</param>
    public static PastCounters Each(int pods, double hours, double deviation, double minutes)
    {
        var random = new Random(7);
        var paths = Enumerable.Range(0, pods).Select(_ =>
        {
            var (kept, now) = (Math.Exp(-Scrape / (minutes * 60)), Normal.Sample(random, 0, deviation));
            return Enumerable.Range(0, (int)(hours * 3600 / Scrape) + 1).Select(_ => Math.Exp(now =
                (kept * now) + Normal.Sample(random, 0, deviation * Math.Sqrt(1 - (kept * kept))))).ToArray();
        }).ToArray();
        return PastCounters.Join([Counters(pods, hours, (pod, at) => paths[pod][at / Scrape])]);
    }
}
