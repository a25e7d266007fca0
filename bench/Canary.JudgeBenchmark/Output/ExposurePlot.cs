using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Canary.JudgeBenchmark.Scores;

namespace Canary.JudgeBenchmark.Output;

/// <summary>Exposure: how many times the oracle's requests each judge lets through to a bad canary, by how bad it is. Both axes are
/// logarithmic.</summary>
internal static class ExposurePlot
{
    private const double Left = 60;
    private const double Top = 50;
    private const double Width = 560;
    private const double Height = 360;
    private const double Least = 0.1;
    private const double Greatest = 100;

    private static readonly double[] Ratios = [1.25, 1.5, 2, 3, 5, 10, 20];

    public static string Draw(IReadOnlyList<CellScore> cells)
    {
        var page = new SvgPage(Left + Width + 190, Top + Height + 60,
            "Canary requests until the rollback, times those of the oracle (geometric mean of cells)");
        foreach (var times in new[] { 0.1, 0.3, 1, 3, 10, 30, 100 })
        {
            page.Stroke(Left, Y(times), Left + Width, Y(times), "#dddddd");
            page.Text(Left - 6, Y(times) + 4, times.ToString("0.#", CultureInfo.InvariantCulture), "end");
        }

        foreach (var ratio in Ratios)
            page.Text(X(ratio), Top + Height + 18, string.Create(CultureInfo.InvariantCulture, $"x{ratio}"), "middle");
        page.Text(Left + (Width / 2), Top + Height + 42,
            "errors of the canary, times stable's; a run that is not rolled back counts with all its requests", "middle");
        if (cells.Count == 0) return page.ToString();
        var judges = cells[0].Judges;
        for (var judge = judges.Count - 1; judge >= 0; judge--)
        {
            var points = Ratios.Select(ratio => (ratio, Times: ExposureRatio.Of(cells, judges[judge].Judge, ratio)))
                .Where(one => one.Times is not null).Select(one => (X(one.ratio), Y(one.Times!.Value))).ToArray();
            page.Path(points, Palette.Of(judge), judge == 0 ? 3 : 1.5);
            foreach (var (x, y) in points) page.Dot(x, y, Palette.Of(judge));
            page.Box(Left + Width + 20, Top + (judge * 20), 14, 10, Palette.Of(judge));
            page.Text(Left + Width + 40, Top + 9 + (judge * 20), judges[judge].Judge, isBold: judge == 0);
        }

        return page.ToString();
    }

    private static double X(double ratio) => Left + 20 + ((Width - 40) * Math.Log(ratio / Ratios[0]) / Math.Log(Ratios[^1] / Ratios[0]));

    private static double Y(double times) =>
        Top + Height - (Height * Math.Log(Math.Clamp(times, Least, Greatest) / Least) / Math.Log(Greatest / Least));
}
