using System;

namespace Canary.Core.Analysis;

/// <summary>How much more two halves of stable's pods differ from window to window than independent events would: errors that come twenty
/// at once are no more than one observation. A difference that lasts, such as one sick pod, is none: each half is held against its own
/// running rate.</summary>
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
    private const double Sure = 2;

    // A window counts half after about seven others: half of what is remembered is of the last few minutes.
    private const double Memory = 0.9;

    /// <summary>Events of the first half, of late: each window fades as others follow.</summary>
    public double First { get; init; }

    /// <summary>Those of the second.</summary>
    public double Second { get; init; }

    /// <summary>What the halves would have had of these if all pods were equal: the first half's part of the requests, of late.</summary>
    public double FirstExpected { get; init; }

    /// <summary>The number that tells these pods from others: where pods come or go, the halves are others.</summary>
    public int Pods { get; init; }

    /// <summary>Events for one observation: 1 unless it is shown to be more.</summary>
    public double Factor => Events > 0 && Squares / Events > 1 + (Sure * Math.Sqrt(2 * SquaredEvents) / Events) ? Squares / Events : 1;

    /// <summary>With one window more.</summary>
    /// <param name="one">One half's requests and events.</param>
    /// <param name="two">The other's.</param>
    /// <param name="bound">The bound whose events are counted.</param>
    /// <param name="pods">The number that tells these pods from others.</param>
    public Overdispersion Add(SideCounts one, SideCounts two, int bound, int pods)
    {
        var before = pods == Pods ? this : this with { First = 0, Second = 0, FirstExpected = 0, Pods = pods };
        var (requests, others) = (one.RequestsAt(bound), two.RequestsAt(bound));
        if (requests == 0 || others == 0) return before;
        double all = one.Events[bound] + two.Events[bound];
        if (all == 0) return before;
        var equal = requests / (double)(requests + others);
        var next = before with
        {
            First = Math.Round((Memory * before.First) + one.Events[bound], 6),
            Second = Math.Round((Memory * before.Second) + two.Events[bound], 6),
            FirstExpected = Math.Round((Memory * before.FirstExpected) + (equal * all), 6),
        };
        // Before anything is known of the halves they are taken for equal.
        var seen = before.First + before.Second;
        if (seen < 1) return next.With(one.Events[bound], equal, equal, all, double.PositiveInfinity);
        // The odds by which the first half has had more, or less, than its part of the requests, with half an observation of doubt.
        var doubt = before.Factor / 2;
        var odds = (before.First + doubt) * (seen - before.FirstExpected + doubt)
            / ((before.Second + doubt) * (before.FirstExpected + doubt));
        return next.With(one.Events[bound], odds * equal / ((odds * equal) + 1 - equal), equal, all, seen);
    }

    // The share is known from so many events: that is uncertain too, and adds to the distance by itself. The variance is that of equal
    // pods: a share that is nearly 0 or 1 because of one burst must not make the next one beyond measure.
    private Overdispersion With(long first, double share, double equal, double all, double seen)
    {
        var distance = first - (share * all);
        return this with
        {
            Squares = Math.Round(Squares + (distance * distance / (equal * (1 - equal) * (1 + (all / seen)))), 6),
            Events = Events + all,
            SquaredEvents = SquaredEvents + (all * all),
        };
    }
}
