using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Canary.JudgeBenchmark.Scores;
using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Output;

/// <summary>Detection: which share of the bad canaries was rolled back by a minute, a panel a cell.</summary>
internal static class DetectionPlot
{
    private const double Width = 300;
    private const double Height = 180;
    private const double Gap = 60;
    private const int InARow = 3;

    private static readonly (double Rate, double Errors, double Ratio)[] Panels =
        [(10, 0.001, 5), (100, 0.001, 2), (100, 0.001, 5), (100, 0.01, 1.5), (1000, 0.001, 2), (1000, 0.001, 10)];

    public static string Draw(IReadOnlyList<CellScore> cells)
    {
        var shown = Panels.SelectMany(panel => Gates.Regressions(cells, panel.Ratio)
            .Where(cell => (cell.Cell.Rate, cell.Cell.Errors) == (panel.Rate, panel.Errors) && cell.Cell.Schedule.Percents.Count == 1))
            .ToList();
        var rows = (shown.Count + InARow - 1) / InARow;
        var page = new SvgPage((InARow * (Width + Gap)) + 40, 90 + (rows * (Height + Gap)),
            "Bad versions rolled back by the minute, percent of rollouts");
        for (var panel = 0; panel < shown.Count; panel++)
            Panel(page, shown[panel], 50 + (panel % InARow * (Width + Gap)), 90 + (panel / InARow * (Height + Gap)));
        for (var judge = 0; shown.Count > 0 && judge < shown[0].Judges.Count; judge++)
        {
            var x = 50 + (judge % 5 * 150);
            var y = 38 + (judge / 5 * 16);
            page.Box(x, y, 14, 9, Palette.Of(judge));
            page.Text(x + 20, y + 9, shown[0].Judges[judge].Judge, isBold: judge == 0);
        }

        return page.ToString();
    }

    private static void Panel(SvgPage page, CellScore cell, double left, double top)
    {
        page.Text(left, top - 4, cell.Cell.Name);
        foreach (var share in new[] { 0, 0.5, 1 })
        {
            page.Stroke(left, Y(share), left + Width, Y(share), "#dddddd");
            page.Text(left - 6, Y(share) + 4, (share * 100).ToString("0", CultureInfo.InvariantCulture), "end", 10);
        }

        for (var minute = 0; minute <= 60; minute += 10)
            page.Text(X(minute * 2), top + Height + 14, minute.ToString(CultureInfo.InvariantCulture), "middle", 10);
        for (var judge = cell.Judges.Count - 1; judge >= 0; judge--)
        {
            var points = new (double, double)[Clock.Looks + 1];
            for (var look = 0; look <= Clock.Looks; look++) points[look] = (X(look), Y(cell.Judges[judge].FoundBy(look)));
            page.Path(points, Palette.Of(judge), judge == 0 ? 3 : 1.5);
        }

        double X(int look) => left + (Width * look / Clock.Looks);

        double Y(double share) => top + Height - (Height * share);
    }
}
