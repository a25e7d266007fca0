using System;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Red;
using Canary.Core.Analysis.Secrets;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Queries;

/// <summary>A query with every argument resolved.</summary>
/// <param name="Provider">Key of the source: <c>prometheus</c>.</param>
/// <param name="Namespace">Namespace that its Secrets are read from.</param>
/// <param name="Address">Base address; null: the one that the controller was started with.</param>
/// <param name="Query">The query text.</param>
/// <param name="Range">For a range query; null: an instant query.</param>
/// <param name="At">Evaluation time.</param>
/// <param name="Timeout">Longest time to wait. Default 30 s.</param>
/// <param name="Authentication">How to authenticate; null: not at all.</param>
/// <param name="Headers">Further headers.</param>
/// <param name="IsInsecure">Do not verify the server's certificate.</param>
/// <param name="CertificateAuthority">A PEM bundle to trust instead of the system's; null: the system's.</param>
public sealed record MetricQuery(
    string Provider,
    string Namespace,
    string? Address,
    string Query,
    QueryRange? Range,
    DateTimeOffset At,
    TimeSpan Timeout,
    MetricAuthentication? Authentication,
    EquatableArray<MetricHeader> Headers,
    bool IsInsecure,
    SecretValue? CertificateAuthority)
{
    /// <summary>The same question as one that can be asked together with those of others; null: it can only be asked as it is.</summary>
    public RedQuery? Red { get; init; }

    /// <summary>The same question of native histograms, asked where this one finds no series; null: there is none. It is for the same
    /// time.</summary>
    public MetricQuery? Native { get; init; }

    /// <summary>The answer is made of native histograms, and of nothing else: series of values are none of it. False: a native histogram
    /// in the answer is an error.</summary>
    public bool TakesHistograms { get; init; }

    /// <summary>Asked where there is no series: it finds those whose labels were renamed by scraping. Null: there is nothing to look
    /// for.</summary>
    public string? Probe { get; init; }

    /// <summary>What to say where the probe finds some.</summary>
    public string ProbeFinding { get; init; } = "";

    /// <summary>What is asked next after an answer; null: the answer stands.</summary>
    public MetricQuery? NextAfter(MetricAnswer answer) =>
        answer is MetricAnswer.Vector { Samples.Count: 0 } or MetricAnswer.Matrix { Series.Count: 0 } && Native is { } native
            ? native with { At = At, Range = Range } : null;

    /// <summary>Which of two answers stands: that of <see cref="Native"/>, unless the server does not know what it is asked for. One that
    /// has no native histograms must not fail where there is simply no traffic. Every other refusal is the answer.</summary>
    public static MetricAnswer Choose(MetricAnswer empty, MetricAnswer native) =>
        native is MetricAnswer.Faulted { IsParseError: true } ? empty : native;
}
