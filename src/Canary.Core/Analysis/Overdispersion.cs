using System;

namespace Canary.Core.Analysis;

/// <summary>How much more the events of two halves of stable differ than independent events would: errors that come twenty at once are no
/// more than one observation.</summary>
/// <param name="Squares">Sum over the windows of the squared distances of a half from its part of the events, in units of the variance of
/// one event.</param>
/// <param name="Events">Sum of the events.</param>
/// <param name="SquaredEvents">Sum of their squares: how uncertain the measure is.</param>
/// <remarks>Source: the index of dispersion of a quasi-binomial model (Wedderburn 1974; McCullagh and Nelder), over windows.</remarks>
public sealed record Overdispersion(double Squares, double Events, double SquaredEvents)
{
    /// <summary>Before any window.</summary>
    public static readonly Overdispersion None = new(0, 0, 0);

    // Standard errors that it must be beyond independence.
    private const double Sure = 3;

    /// <summary>Events for one observation: 1 unless it is shown to be more.</summary>
    public double Factor => Events > 0 && Squares / Events > 1 + (Sure * Math.Sqrt(2 * SquaredEvents) / Events) ? Squares / Events : 1;

    /// <summary>With one window more.</summary>
    /// <param name="one">One half's requests and events.</param>
    /// <param name="two">The other's.</param>
    /// <param name="bound">The bound whose events are counted.</param>
    public Overdispersion Add(SideCounts one, SideCounts two, int bound)
    {
        double all = one.Events[bound] + two.Events[bound];
        if (one.Requests == 0 || two.Requests == 0 || all == 0) return this;
        var share = one.Requests / (double)(one.Requests + two.Requests);
        var distance = one.Events[bound] - (share * all);
        return new(Math.Round(Squares + (distance * distance / (share * (1 - share))), 6), Events + all, SquaredEvents + (all * all));
    }
}
