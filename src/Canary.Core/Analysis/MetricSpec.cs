using System;

namespace Canary.Core.Analysis;

/// <summary>One metric of a run, with every argument resolved. Defaults are those of Argo Rollouts.</summary>
/// <param name="Name">Unique in its run.</param>
/// <param name="Interval">Time between measurements; null: one measurement.</param>
/// <param name="Count">Measurements to take; null with an interval: until the rollout moves on.</param>
/// <param name="InitialDelay">Time before the first. Default 0.</param>
/// <param name="Window">How far back one measurement looks. The first one is not taken before this much time has passed since the start, so
/// that it sees nothing of what was before.</param>
/// <param name="SuccessCondition">Null: none.</param>
/// <param name="FailureCondition">Null: none.</param>
/// <param name="FailureLimit">The run fails at one failure more than this; -1: never. Default 0.</param>
/// <param name="InconclusiveLimit">The run is inconclusive at one more than this. Default 0.</param>
/// <param name="ConsecutiveErrorLimit">The rollout holds at one error in a row more than this. Default 4.</param>
/// <param name="Provider">What is asked.</param>
public sealed record MetricSpec(
    string Name,
    TimeSpan? Interval,
    int? Count,
    TimeSpan InitialDelay,
    TimeSpan Window,
    string? SuccessCondition,
    string? FailureCondition,
    int FailureLimit,
    int InconclusiveLimit,
    int ConsecutiveErrorLimit,
    ProviderSpec Provider)
{
    /// <summary>Default of <see cref="ErrorBudget"/>.</summary>
    public static readonly TimeSpan DefaultErrorBudget = TimeSpan.FromMinutes(5);

    /// <summary>Default of <see cref="ConsecutiveErrorLimit"/>, as in Argo Rollouts.</summary>
    public const int DefaultConsecutiveErrorLimit = 4;

    /// <summary>Default of <see cref="Retention"/>.</summary>
    public const int DefaultRetention = 10;

    /// <summary>It is compared with stable by the sequential judge, and decides: one of the tests that the rollout's alpha is shared
    /// by.</summary>
    public bool IsSequentialTest => this is { Comparison.Judge: ComparisonKind.Sequential, IsDryRun: false };

    /// <summary>It is a sequential test against stable, and not against an objective.</summary>
    public bool IsComparedWithStable => IsSequentialTest && Comparison is { Objective: null };

    /// <summary>The metric is Successful, and ends, after this many good measurements in a row; 0: it goes on. Default 0.</summary>
    public int ConsecutiveSuccessLimit { get; init; }

    /// <summary>
    /// Errors decide nothing before they have lasted this long without a break, however many there are: <c>onError: abort</c> and
    /// <c>pause</c> wait for both this and
    /// <see cref="ConsecutiveErrorLimit"/>. The hold, which decides nothing, begins with whichever comes first. Default 5 minutes.
    /// </summary>
    public TimeSpan ErrorBudget { get; init; } = DefaultErrorBudget;

    /// <summary>The verdict where there is no data; null: a condition that holds on the empty result stands, anything else is
    /// Inconclusive.</summary>
    public EmptyVerdict? OnNoData { get; init; }

    /// <summary>Whose verdicts it gives on an answer without data, with NaN or with several series, and when it begins. Default
    /// Canary.</summary>
    public Compatibility Compatibility { get; init; }

    /// <summary>From the start of a run to its first measurement, which waits for a window of its own; with the rules of Argo Rollouts it
    /// does not.</summary>
    public TimeSpan FirstAfter => InitialDelay > Window || Compatibility == Compatibility.Argo ? InitialDelay : Window;

    /// <summary>Requests that a measurement must have seen: with fewer it is Inconclusive. Null: any number does. Of a comparison: the
    /// errors, or slow requests, that a canary like stable is to have had; null: <see cref="Comparison.DefaultExpectedEvents"/>.</summary>
    public int? MinSamples { get; init; }

    /// <summary>The canary is compared with stable; null: it is held to conditions or bounds.</summary>
    public Comparison? Comparison { get; init; }

    /// <summary>It is measured and shown, and decides nothing.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Measurements kept in the status. Default 10.</summary>
    public int Retention { get; init; } = DefaultRetention;
}

/// <summary><c>onNoData</c>: what a measurement without data is (no series, or nothing but NaN).</summary>
public enum EmptyVerdict
{
    Success,
    Failure,
    Error,
    Inconclusive,
}

/// <summary><c>compare.require</c>: what makes a measurement of a sequential comparison Successful.</summary>
public enum Requirement
{
    /// <summary>No evidence of harm, and enough requests: small steps can ask for no more.</summary>
    NoHarm,

    /// <summary>Evidence that the canary is not much worse, which takes many more requests.</summary>
    Evidence,

    /// <summary>No evidence of harm, and, before the canary gets all of the traffic, evidence that it is not much worse.</summary>
    EvidenceForFullWeight,
}

/// <summary><c>compatibility</c>: whose rules a metric keeps where they differ.</summary>
public enum Compatibility
{
    /// <summary>No data is neither good nor bad, and every series counts.</summary>
    Canary,

    /// <summary>The verdicts of Argo Rollouts: NaN compares false, what is asked of nothing has the answer of expr-lang, and a condition is
    /// asked once; the first measurement is taken at once.</summary>
    Argo,
}
