using System;

namespace Canary.Core.Statistics;

/// <summary>The range that a share lies in, by one look.</summary>
/// <param name="Low">Lower bound, 0 to 1.</param>
/// <param name="High">Upper bound, 0 to 1.</param>
/// <remarks>Source: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212. For display: it covers the share in 95 of 100 single looks, and
/// promises nothing of a hundred looks together.</remarks>
public readonly record struct WilsonInterval(double Low, double High)
{
    /// <summary>Two-sided 95 percent.</summary>
    private const double Z = 1.959963984540054;

    /// <summary>The 95 percent interval of <paramref name="events"/> among <paramref name="all"/>.</summary>
    /// <param name="events">0 to <paramref name="all"/>; need not be whole, since rates that are extrapolated are not.</param>
    /// <param name="all">Above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is nothing to have a share of, or the events are not a part of it.</exception>
    public static WilsonInterval Of(double events, double all)
    {
        if (!(all > 0)) throw new ArgumentOutOfRangeException(nameof(all), all, "it is above 0");
        if (!(events >= 0 && events <= all)) throw new ArgumentOutOfRangeException(nameof(events), events, $"it is from 0 to {all}");
        var square = Z * Z;
        var centre = (events + (square / 2)) / (all + square);
        var half = Z * Math.Sqrt((events * (all - events) / all) + (square / 4)) / (all + square);
        return new(Math.Max(0, centre - half), Math.Min(1, centre + half));
    }
}
