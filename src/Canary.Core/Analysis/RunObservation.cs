namespace Canary.Core.Analysis;

/// <summary>An analysis run as it stands after this evaluation's measurements were counted in.</summary>
/// <param name="Key">Which run.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="Message">The verdict in words, with the numbers that decided it.</param>
/// <param name="IsHeldByErrors">A metric is past its error limit: nothing advances until the next good measurement.</param>
/// <param name="IsConclusive">Every metric has a verdict to promote on: nothing is promoted before.</param>
public sealed record RunObservation(RunKey Key, RunPhase Phase, string Message, bool IsHeldByErrors, bool IsConclusive)
{
    /// <summary>A metric has gone without an answer past both its error limit and its error budget: <c>onError</c> may decide.</summary>
    public bool IsPastErrorBudget { get; init; }

    /// <summary>Every metric other than comparisons has a verdict to promote on.</summary>
    public bool IsConclusiveWithoutComparisons { get; init; } = IsConclusive;

    /// <summary>A comparison got no answer last: what is known of it may be old.</summary>
    public bool AwaitsAnswer { get; init; }

    /// <summary>The canary's share of the requests stays off its weight, in words that stay the same meanwhile; empty: it does
    /// not.</summary>
    public string TrafficMismatch { get; init; } = "";

    /// <summary>What a comparison with stable lacks before the canary may get more traffic: evidence that leans to harm, or too few
    /// requests to know. Empty: nothing. The same from one look to the next.</summary>
    public string MissingForRaise { get; init; } = "";

    /// <summary>What it lacks before the canary may get all of it, after which there is nothing left to compare with: also what
    /// <c>require</c> asks for. Empty: nothing.</summary>
    public string MissingForFullWeight { get; init; } = "";
}
