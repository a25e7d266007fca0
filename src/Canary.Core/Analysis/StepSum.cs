using System;

namespace Canary.Core.Analysis;

/// <summary>How much the events of one side change from one window to the next, beyond independent events.</summary>
/// <param name="Squares">Sum over pairs of windows of the squared distances from the mean of the two, in units of the variance of one
/// event.</param>
/// <param name="Pairs">Sum of the events of the pairs.</param>
/// <param name="SquaredPairs">Sum of their squares.</param>
/// <param name="Largest">The largest of the squared distances.</param>
/// <param name="LargestPair">The events of that pair.</param>
public sealed record StepSum(double Squares, double Pairs, double SquaredPairs, double Largest, double LargestPair)
{
    /// <summary>Before any pair.</summary>
    public static readonly StepSum None = new(0, 0, 0, 0, 0);

    // Standard errors that it must be beyond independence.
    private const double Sure = 2;

    // Each window is in two pairs, so that the squares are not independent.
    private const double Overlap = 1.5;

    /// <summary>Events for one observation: 1 unless it is shown to be more. The largest step is not counted, since a version that gets
    /// worse makes one.</summary>
    public double Factor
    {
        get
        {
            var (squares, pairs, squared) = (Squares - Largest, Pairs - LargestPair, SquaredPairs - (LargestPair * LargestPair));
            return pairs > 0 && squared > 0 && squares / pairs > 1 + (Sure * Math.Sqrt(2 * Overlap * squared) / pairs)
                ? squares / pairs : 1;
        }
    }

    /// <summary>With one pair more.</summary>
    /// <param name="step">Standard errors of the step between its windows.</param>
    /// <param name="events">Events of both.</param>
    public StepSum Add(double step, double events)
    {
        if (events == 0) return this;
        var square = Math.Round(step * step * events, 6);
        var isLargest = square > Largest;
        return new(Math.Round(Squares + square, 6), Pairs + events, SquaredPairs + (events * events), isLargest ? square : Largest,
            isLargest ? events : LargestPair);
    }
}
