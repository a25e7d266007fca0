namespace Canary.Core.Analysis.Reporting;

/// <summary>What keeps the evidence from speaking for going on.</summary>
public abstract record EvidenceLack
{
    private EvidenceLack() { }

    /// <summary>Too few requests to know: a canary like stable would hardly have had an error in them.</summary>
    /// <param name="Expected">Errors, or slow requests, that it is to have had.</param>
    /// <param name="Least">How many are asked for.</param>
    /// <param name="Requests">Requests of the canary.</param>
    public sealed record Events(double Expected, int Least, long Requests) : EvidenceLack;

    /// <summary>It leans to worse, and has not decided.</summary>
    /// <param name="LogDecides">Natural logarithm of the odds that decide.</param>
    public sealed record Decision(double LogDecides) : EvidenceLack;

    /// <summary>The odds would decide, and more minutes must agree: errors are plentiful and may come in bursts.</summary>
    public sealed record Minutes : EvidenceLack;

    /// <summary>The odds would decide, and one window, or two in a row, alone show it.</summary>
    /// <param name="LogOddsWithout">Natural logarithm of the odds without them.</param>
    public sealed record OneWindow(double LogOddsWithout) : EvidenceLack;

    /// <summary>The odds would decide, and stable differs as much from itself.</summary>
    /// <param name="LogPlacebo">Natural logarithm of the odds between two halves of stable.</param>
    public sealed record Noise(double LogPlacebo) : EvidenceLack;

    /// <summary>The odds would decide, and stable's own pods differ so much that a canary of a few pods may be as much worse by no fault of
    /// the version.</summary>
    /// <param name="Variation">Coefficient of variation of the rates of stable's pods.</param>
    /// <param name="Ratio">How many times stable's rate is asked for.</param>
    public sealed record Pods(double Variation, double Ratio) : EvidenceLack;

    /// <summary>It is not shown yet that the canary is not much worse, which <c>require</c> asks for.</summary>
    /// <param name="LogOdds">Natural logarithm of the odds that it is not.</param>
    /// <param name="LogAsked">What is asked for.</param>
    public sealed record Harmlessness(double LogOdds, double LogAsked) : EvidenceLack;
}
