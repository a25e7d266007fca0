using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Objectives;
using Canary.Core.Analysis.Shares;
using Canary.Core.Statistics;
using Canary.Core.Units;

namespace Canary.Kubernetes.Tests.Mapping;

/// <summary>Evidence with a value in each of its fields.</summary>
internal static class SampleEvidence
{
    public static Evidence Make(DateTimeOffset time) => new()
    {
        CountedTo = time,
        Windows = 7,
        Requests = 13_200,
        StableRequests = 118_800_000_000,
        Events = [41, 0],
        StableEvents = [107, 3],
        Worse = [-0.116706, 1e-06, 314.227899, -98765.432101],
        Harmless = [0.5, -0.25],
        Placebo = [1.5],
        Signs = [0.09531, -2.302585],
        Ratios = new MinuteRatios(3, -1.25, 0.875),
        Largest = [0.5, 0, 12.25],
        Latest = [0.25, 0, -3.5],
        Shared = 12,
        Spread = new Overdispersion(12.5, 30, 412) { First = 3.25, Second = 4.5, FirstExpected = 3.875, Pods = 4575 },
        Blocks = 3,
        Open = new PartialMinute(30, 2, 100, 1, 900, 2),
        Ours = 37.25,
        Theirs = 9.625,
        AreMinutesShown = true,
        Expected = 14.8,
        Exposed = [13_200, 6_600],
        StableExposed = [118_800_000_000, 9],
        CanaryPods = [new PodEvidence("c1", 6_600, 20) { BornAt = time }, new PodEvidence("c2", 6_600, 21)],
        StablePods = [new PodEvidence("s1", 118_800_000_000, 107) { MissingSince = time }],
        PodBound = 1,
        Steps = new Unsteadiness(30, 1, 270, 2) { Canary = new StepSum(12.5, 20, 40, 9.5, 3), Stable = new StepSum(1.5, 90, 412, 0.5, 7) },
        Traffic = new TrafficShare
        {
            Logs = [.. ShareProcess.Start.Select((_, index) => index - 3.25)],
            Weight = Weight.FromPercent(2.5m),
            Since = time,
            Seconds = 90,
            Requests = 41,
            StableRequests = 3_359,
            Findings = 2,
            Mismatch = new TrafficMismatch(Weight.FromPercent(10), 12, 988),
        },
        Raises = 2,
        SinceRaise = Evidence.None with
        {
            CountedTo = time,
            Windows = 2,
            Requests = 9,
            Events = [5, 0],
            StableEvents = [7, 1],
            Worse = [0.5],
            Blocks = 2,
            Ratios = new MinuteRatios(2, 0.75, 0.5),
        },
        Burn = new BurnEvidence(Mixture(0.25), Mixture(-12.5)) { Since = time, Requests = 300, Events = 4 },
        Gap = "idle: there were no requests on either side",
    };

    private static StartMixture Mixture(double log) => new(
        [.. Enumerable.Repeat(log, ObjectiveProcess.Size)],
        [.. Enumerable.Repeat(log - 1, ObjectiveProcess.Size)],
        [.. Enumerable.Repeat(log - 0.5, ObjectiveProcess.Size)]);
}
