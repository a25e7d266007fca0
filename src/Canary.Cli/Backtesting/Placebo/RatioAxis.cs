using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Cli.Backtesting.Placebo;

/// <summary>The logarithmic axis of ratios of a diagram.</summary>
/// <param name="Area">The diagram.</param>
/// <param name="Low">The ratio at its bottom.</param>
/// <param name="High">The ratio at its top.</param>
internal sealed record RatioAxis(PlotArea Area, double Low, double High)
{
    private const double Least = 0.01;
    private const double Greatest = 100;

    // An outlier is cut off, so that the others can be read.
    private const double Outliers = 0.02;

    private const int MostTicks = 8;

    private static readonly double[] Ticks = [.. Enumerable.Range(-2, 5).SelectMany(power => new[] { 1, 2, 5 }, (power, digit) =>
        Math.Round(digit * Math.Pow(10, power), 2)).Where(tick => tick <= Greatest)];

    /// <summary>An axis with 1, with what is tolerated, and with most of the ratios.</summary>
    public static RatioAxis Fit(PlotArea area, double tolerate, IEnumerable<double> ratios)
    {
        double[] known = [.. ratios.Where(ratio => ratio > 0 && double.IsFinite(ratio)).Order()];
        var cut = (int)(Outliers * known.Length);
        var (low, high) = known.Length == 0 ? (1, 1) : (known[cut], known[^(cut + 1)]);
        return new(area, Ticks.LastOrDefault(tick => tick <= Math.Min(low, 0.5), Least),
            Ticks.FirstOrDefault(tick => tick >= Math.Max(high, Math.Max(2, 1.2 * tolerate)), Greatest));
    }

    /// <summary>Where a ratio is; at the edge where it is beyond it.</summary>
    public double Place(double ratio) =>
        Area.Bottom - (Math.Log(Math.Clamp(ratio, Low, High) / Low) / Math.Log(High / Low) * Area.Height);

    /// <summary>What lies below the ranges.</summary>
    public void DrawGrid(SvgDocument svg)
    {
        double[] all = [.. Ticks.Where(tick => tick >= Low && tick <= High)];
        foreach (var tick in all.Length <= MostTicks ? all : all.Where(tick => Math.Round(Math.Log10(tick), 6) % 1 == 0))
        {
            svg.Line("grid", Area.X, Place(tick), Area.Right, Place(tick));
            svg.Text(Area.X - 6, Place(tick) + 4, "tick end", NumberText.Short(tick, 4));
        }
    }

    /// <summary>The frame, and the lines that ranges are read by.</summary>
    public void DrawLimits(SvgDocument svg, double tolerate)
    {
        svg.Line("one", Area.X, Place(1), Area.Right, Place(1));
        if (tolerate != 1)
        {
            svg.Line("limit", Area.X, Place(tolerate), Area.Right, Place(tolerate));
            svg.Text(Area.Right + 6, Math.Min(Place(tolerate) + 4, Place(1) - 8), "tick", $"tolerate {NumberText.Short(tolerate, 4)}");
        }

        svg.Text(Area.Right + 6, Place(1) + 4, "tick", "as stable");
        svg.Frame(Area);
    }
}
