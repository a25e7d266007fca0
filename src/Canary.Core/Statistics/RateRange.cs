using System;

namespace Canary.Core.Statistics;

/// <summary>The rates that the counts do not exclude: a confidence sequence, which holds at every look at once.</summary>
/// <param name="Low">The least of them; 0: none is too small.</param>
/// <param name="High">The greatest of them, at most 1.</param>
/// <remarks>The rates whose likelihood is more than alpha times the mean likelihood of all rates: for the true rate that mean is an
/// e-process (Robbins 1970). The mean is over the logarithm of the rate, from a ten-millionth to 1.</remarks>
public readonly record struct RateRange(double Low, double High)
{
    private const double Least = 1e-7;

    /// <summary>The range.</summary>
    /// <param name="requests">Requests; need not be whole where events come together.</param>
    /// <param name="events">Of them errors, or slow ones.</param>
    /// <param name="alpha">The chance that the true rate is ever outside. Above 0 and below 1.</param>
    public static RateRange Find(double requests, double events, double alpha)
    {
        if (requests <= 0) return new(0, 1);
        var good = Math.Max(0, requests - events);
        var mean = LogConcaveIntegral.Compute(Log, Math.Log(Least), 0) - Math.Log(-Math.Log(Least));
        var bar = mean + Math.Log(alpha);
        var most = Math.Log(Math.Clamp(events / requests, Least, 1));
        var low = events == 0 ? 0 : Math.Exp(LogConcaveIntegral.Edge(Log, most, Math.Log(Least), bar));
        return new(low <= Least ? 0 : Math.Round(low, 9), Math.Round(Math.Exp(LogConcaveIntegral.Edge(Log, most, 0, bar)), 9));

        double Log(double rate) => (events * rate) + (good == 0 ? 0 : good * Math.Log(-Expm1(rate)));
    }

    // e^x - 1 without loss where x is near 0.
    private static double Expm1(double x) => Math.Abs(x) < 1e-5 ? x + (x * x / 2) : Math.Exp(x) - 1;
}
