using System;
using Canary.Core.Analysis.Objectives;
using Canary.Core.Analysis.Shares;
using Canary.Core.Statistics;
using Canary.Core.Units;

namespace Canary.Core.Analysis;

/// <summary>All that a sequential comparison knows: a few numbers, additive over windows. It lives in the status of the AnalysisRun, and
/// goes on in the next run of the same revisions.</summary>
public sealed record Evidence
{
    /// <summary>Before any window.</summary>
    public static readonly Evidence None = new();

    /// <summary>Most of <see cref="Raises"/>: beyond, what is seen since has next to no part of the odds.</summary>
    public const int MostRaises = 1000;

    /// <summary>End of the last window that was counted; null: none in this run. A window that ends no later is never counted
    /// again.</summary>
    public DateTimeOffset? CountedTo { get; init; }

    /// <summary>Windows with requests on both sides.</summary>
    public int Windows { get; init; }

    /// <summary>Requests of the canary in them.</summary>
    public long Requests { get; init; }

    /// <summary>Requests of stable.</summary>
    public long StableRequests { get; init; }

    /// <summary>Errors of the canary, or its requests slower than each bound.</summary>
    public EquatableArray<long> Events { get; init; }

    /// <summary>The same of stable.</summary>
    public EquatableArray<long> StableEvents { get; init; }

    /// <summary>Logarithms of the likelihood ratios for "worse": those of the first bound, of the second, and so on.</summary>
    public EquatableArray<double> Worse { get; init; }

    /// <summary>The same for "not much worse".</summary>
    public EquatableArray<double> Harmless { get; init; }

    /// <summary>The same for "worse" between two halves of stable, each against the other: what this service's own noise looks
    /// like.</summary>
    public EquatableArray<double> Placebo { get; init; }

    /// <summary>The most that one window added to each of <see cref="Worse"/>, or two in a row where they are shorter than a minute, since
    /// a burst may lie across both: without it a burst is no evidence.</summary>
    public EquatableArray<double> Largest { get; init; }

    /// <summary>What the last window added to each of <see cref="Worse"/>.</summary>
    public EquatableArray<double> Latest { get; init; }

    /// <summary>Events of the canary in windows in which two of its pods or more had a good part of them: one pod that is sick by itself,
    /// one after the other, is no catastrophe.</summary>
    public long Shared { get; init; }

    /// <summary>How much stable's halves differ.</summary>
    public Overdispersion Spread { get; init; } = Overdispersion.None;

    /// <summary>The sign process, over blocks of a minute.</summary>
    public EquatableArray<double> Signs { get; init; }

    /// <summary>The ratios of the rates, over the same blocks.</summary>
    public MinuteRatios Ratios { get; init; } = MinuteRatios.None;

    /// <summary>The minutes have once said "worse": their signs and their ratios together.</summary>
    public bool AreMinutesShown { get; init; }

    /// <summary>Blocks of a minute that are whole.</summary>
    public int Blocks { get; init; }

    /// <summary>The block that is not.</summary>
    public PartialMinute Open { get; init; } = PartialMinute.None;

    /// <summary>Numerator of the ratio of the two rates by Mantel and Haenszel: the sum over the windows of the canary's events, times
    /// stable's part of the requests.</summary>
    public double Ours { get; init; }

    /// <summary>Its denominator: the sum of stable's events, times the canary's part of the requests.</summary>
    public double Theirs { get; init; }

    /// <summary>Sum over the windows of the events that an equal canary would have had: per window, above 1 errors are plentiful and bursts
    /// matter.</summary>
    public double Expected { get; init; }

    /// <summary>Of durations: the canary's requests that <see cref="Events"/> are out of, for each bound; empty: all of them. Of the
    /// requests of a pod without the bucket nothing is known there.</summary>
    public EquatableArray<long> Exposed { get; init; }

    /// <summary>The same of stable.</summary>
    public EquatableArray<long> StableExposed { get; init; }

    /// <summary>What each pod of the canary did, as far as there are not too many.</summary>
    public EquatableArray<PodEvidence> CanaryPods { get; init; }

    /// <summary>What each pod of stable did.</summary>
    public EquatableArray<PodEvidence> StablePods { get; init; }

    /// <summary>The bound that the pods are counted at, by its index; 0 for errors.</summary>
    public int PodBound { get; init; }

    /// <summary>How much either side changes from window to window.</summary>
    public Unsteadiness Steps { get; init; } = Unsteadiness.None;

    /// <summary>The canary's share of the requests, held against the weight. It decides nothing here.</summary>
    public TrafficShare Traffic { get; init; } = TrafficShare.None;

    /// <summary>How often the canary's part of the requests has risen.</summary>
    public int Raises { get; init; }

    /// <summary>What is known since it rose last: windows, counts and what follows from them; null: it never has.</summary>
    public Evidence? SinceRaise { get; init; }

    /// <summary>Of a metric that is held against an objective: how fast it burns the error budget; null: another comparison.</summary>
    public BurnEvidence? Burn { get; init; }

    /// <summary>The canary's requests that its events at a bound are out of.</summary>
    public long RequestsAt(int bound) => bound < Exposed.Count ? Exposed[bound] : Requests;

    /// <summary>The same of stable.</summary>
    public long StableRequestsAt(int bound) => bound < StableExposed.Count ? StableExposed[bound] : StableRequests;

    /// <summary>What the last look found: no traffic, idle, a pod that the window waits for; empty: a whole window.</summary>
    public string Gap { get; init; } = "";
}
