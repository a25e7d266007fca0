namespace Canary.Core.Analysis.Reporting;

/// <summary>What keeps the evidence on an objective from speaking for going on.</summary>
public abstract record ObjectiveLack
{
    private ObjectiveLack() { }

    /// <summary>Too few requests to know: a canary that just keeps the objective would hardly have had an error in them.</summary>
    /// <param name="Expected">Errors, or slow requests, that it is to have had.</param>
    /// <param name="Least">How many are asked for.</param>
    /// <param name="Requests">Requests of the canary.</param>
    public sealed record Events(double Expected, int Least, long Requests) : ObjectiveLack;

    /// <summary>It leans to missing the objective, and has not decided.</summary>
    /// <param name="LogDecides">Natural logarithm of the odds that decide.</param>
    public sealed record Decision(double LogDecides) : ObjectiveLack;

    /// <summary>The odds would decide, and one window, or two in a row, alone show it.</summary>
    /// <param name="LogOddsWithout">Natural logarithm of the odds without them.</param>
    public sealed record OneWindow(double LogOddsWithout) : ObjectiveLack;

    /// <summary>It is not shown yet that the canary keeps the objective, which <c>require</c> asks for.</summary>
    /// <param name="LogOdds">Natural logarithm of the odds that it does.</param>
    /// <param name="LogAsked">What is asked for.</param>
    public sealed record Keeping(double LogOdds, double LogAsked) : ObjectiveLack;
}
