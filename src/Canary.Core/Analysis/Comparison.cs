using System;
using Canary.Core.Analysis.Objectives;
using Canary.Core.Statistics.Kayenta;
using Canary.Core.Units;

namespace Canary.Core.Analysis;

/// <summary><c>compare</c> of a metric, with every argument resolved: the canary is held against stable, and not against a fixed
/// limit.</summary>
/// <param name="Judge">How.</param>
/// <param name="StableSubject">The values of the preset's placeholders for stable's side; the metric's own are the canary's.</param>
public sealed record Comparison(ComparisonKind Judge, EquatableArray<Argument> StableSubject)
{
    /// <summary>False rollbacks allowed per rollout where <c>analysis.alpha</c> says nothing.</summary>
    public const double DefaultAlpha = 0.01;

    /// <summary>Events that a canary like stable is to have had, without which nothing is known, where <c>minSamples</c> says nothing.
    /// Where three were to be expected and none came, the rate is lower than expected with 95 % confidence (the rule of three).</summary>
    public const int DefaultExpectedEvents = 3;

    /// <summary>The least share of requests that events are expected in: three in 300 requests are few enough for a small step, and a
    /// stable without errors must not keep the canary waiting for ever.</summary>
    public const double LeastExpected = 0.01;

    /// <summary>Default of <see cref="Negligible"/>.</summary>
    public const double DefaultNegligible = 0.001;

    /// <summary>Default of <see cref="Beta"/>.</summary>
    public const double DefaultBeta = 0.05;

    /// <summary>Default of <see cref="Lag"/>: a scrape every 15 seconds, and as much again until it can be read.</summary>
    public static readonly TimeSpan DefaultLag = TimeSpan.FromSeconds(30);

    /// <summary>The longest <see cref="Warmup"/>: samples are read back for as long.</summary>
    public static readonly TimeSpan LongestWarmup = TimeSpan.FromHours(1);

    /// <summary><c>with: objective</c>: the canary is held against it, and stable is not asked; null: it is compared with stable.</summary>
    public Objective? Objective { get; init; }

    /// <summary>How many times stable's rate the canary's may be. Default 1 for errors, 1.1 for slow requests: very busy services show
    /// differences that nobody minds.</summary>
    public double Tolerate { get; init; } = 1;

    /// <summary><c>share</c>: the part of the rollout's alpha that is this metric's, above 0 and at most 1; null: an equal part of what the
    /// others leave.</summary>
    public double? Share { get; init; }

    /// <summary>False rollbacks allowed to this metric: its share of the rollout's. Above 0 and below 1.</summary>
    public double Alpha { get; init; } = DefaultAlpha;

    /// <summary>What makes it Successful. Default <see cref="Requirement.EvidenceForFullWeight"/>.</summary>
    public Requirement Require { get; init; } = Requirement.EvidenceForFullWeight;

    /// <summary>For how long after its <c>count</c> a run goes on while the evidence that it requires is missing; written by the
    /// controller. 0 to 1 day. Default 0: it ends.</summary>
    public TimeSpan CountExtension { get; init; }

    /// <summary>Evidence of harmlessness is evidence that the canary is less than this many times as bad; more than <see cref="Tolerate"/>.
    /// Default 2.</summary>
    public double NotWorseThan { get; init; } = 2;

    /// <summary>The share of failed (or slow) requests that does no harm, however many times stable's it is: evidence that the canary's is
    /// less is evidence of harmlessness too. 0 to 1, 0: none is. Default 0.001.</summary>
    public double Negligible { get; init; } = DefaultNegligible;

    /// <summary>The chance that a canary which is that much worse is called harmless. Above 0 and below 1. Default 0.05.</summary>
    public double Beta { get; init; } = DefaultBeta;

    /// <summary>How long after their end windows are read, so that every sample is there. Default 30 seconds.</summary>
    public TimeSpan Lag { get; init; } = DefaultLag;

    /// <summary>How long a pod is not counted after it was scraped first, on either side: caches are cold, connections new. 0 to 1 hour.
    /// Default 0: every request counts.</summary>
    public TimeSpan Warmup { get; init; }

    /// <summary>Bounds of the histogram that are compared, in milliseconds, ascending; empty: those of the preset.</summary>
    public EquatableArray<double> Bounds { get; init; }

    /// <summary>Of Mann and Whitney's test: what is compared, and what is a finding.</summary>
    public SampleComparison Samples { get; init; } = new();

    /// <summary>Of Mann and Whitney's test: the groups that the metric counts in. Default: the one group of all that name none.</summary>
    public EquatableArray<string> Groups { get; init; } = ["all"];

    /// <summary>Of Mann and Whitney's test: it is shown and not scored.</summary>
    public bool IsMuted { get; init; }

    /// <summary>Of Mann and Whitney's test: how far back it looks; null: to the start of the run.</summary>
    public TimeSpan? Lookback { get; init; }

    /// <summary>Revision of stable that the canary is compared with: evidence against another one is worth nothing. Empty: not
    /// known.</summary>
    public string Against { get; init; } = "";
}

/// <summary><c>compare.judge</c>: how the canary is compared with stable.</summary>
public enum ComparisonKind
{
    /// <summary>Counts, by e-processes that are valid at every look.</summary>
    Sequential,

    /// <summary>A value a minute, by Mann and Whitney's test, as Kayenta does.</summary>
    MannWhitney,
}
