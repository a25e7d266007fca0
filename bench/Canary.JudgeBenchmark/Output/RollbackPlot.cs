using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Canary.JudgeBenchmark.Scores;

namespace Canary.JudgeBenchmark.Output;

/// <summary>False rollbacks: a row a cell, a column a judge, the darker the more.</summary>
internal static class RollbackPlot
{
    private const double LetterWidth = 5.5;
    private const double Top = 110;
    private const double Column = 74;
    private const double Row = 16;

    public static string Draw(IReadOnlyList<CellScore> cells)
    {
        var plain = cells.Where(cell => NoiseClasses.IsPlain(cell.Cell)).ToList();
        if (plain.Count == 0) return new SvgPage(400, 60, "False rollbacks: no cell asks for them").ToString();
        var judges = plain[0].Judges.Where(judge => !judge.IsOracle).ToList();
        // Names stand left of the boxes.
        var left = 12 + (LetterWidth * plain.Max(cell => cell.Cell.Name.Length));
        var page = new SvgPage(left + (judges.Count * Column) + 60, Top + (plain.Count * Row) + 20,
            "Healthy versions rolled back, percent of rollouts");
        for (var judge = 0; judge < judges.Count; judge++) page.Upright(left + (judge * Column) + 20, Top - 8, judges[judge].Judge);
        for (var row = 0; row < plain.Count; row++)
        {
            var y = Top + (row * Row);
            page.Text(left - 8, y + 12, plain[row].Cell.Name, "end");
            for (var judge = 0; judge < judges.Count; judge++)
            {
                var rate = plain[row].Of(judges[judge].Judge).RollbackRate;
                page.Box(left + (judge * Column), y, Column - 2, Row - 2, Shade(rate));
                page.Text(left + (judge * Column) + ((Column - 2) / 2), y + 11, (rate * 100).ToString("0.0", CultureInfo.InvariantCulture),
                    "middle", 10, rate > 0.35 ? "#ffffff" : "#222222");
            }
        }

        return page.ToString();
    }

    // Rates of a percent and of a hundred are both to be seen.
    private static string Shade(double rate)
    {
        var depth = Math.Sqrt(rate);
        var light = (int)Math.Round(245 - (205 * depth));
        return string.Create(CultureInfo.InvariantCulture, $"#{(int)Math.Round(245 - (75 * depth)):x2}{light:x2}{light:x2}");
    }
}
