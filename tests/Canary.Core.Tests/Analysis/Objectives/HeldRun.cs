using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Objectives;
using MathNet.Numerics.Distributions;

namespace Canary.Core.Tests.Analysis.Objectives;

/// <summary>A canary that is held against an objective, window by window of half a minute.</summary>
internal static class HeldRun
{
    public static readonly MetricSpec Metric = A.ComparedErrors with
    {
        Window = TimeSpan.FromSeconds(60),
        Comparison = new Comparison(ComparisonKind.Sequential, [])
        {
            Objective = new(0.99, Objective.DefaultBurnRate),
            Require = Requirement.NoHarm,
        },
    };

    public static MetricSpec With(double target, double burnRate = Objective.DefaultBurnRate) => Metric with
    {
        Comparison = Metric.Comparison! with { Objective = new(target, burnRate) },
    };

    /// <summary>The evidence after one more window.</summary>
    public static Evidence Add(MetricSpec metric, Evidence before, long requests, long events, int seconds = 30)
    {
        var from = before.CountedTo ?? A.Start;
        return ObjectiveSum.Add(metric, before, new WindowCounts(CountedWindow.Pods("c", (requests, events)), []), from,
            from.AddSeconds(seconds));
    }

    /// <summary>Windows of so many requests, and what fails of each.</summary>
    public static Evidence Of(MetricSpec metric, int requests, params int[] events) =>
        events.Aggregate(Evidence.None, (so, some) => Add(metric, so, requests, some));

    /// <summary>The window after which it fails, from 1; null: it does not.</summary>
    /// <param name="rate">The rate of each window.</param>
    public static int? Fails(MetricSpec metric, Random random, double requestsPerWindow, int windows, Func<int, double> rate)
    {
        var evidence = Evidence.None;
        for (var window = 1; window <= windows; window++)
        {
            var requests = Poisson.Sample(random, requestsPerWindow);
            evidence = Add(metric, evidence, requests, Binomial.Sample(random, Math.Min(1, rate(window)), requests));
            if (ObjectiveJudge.Stand(metric, evidence) == RunPhase.Failed) return window;
        }

        return null;
    }
}
