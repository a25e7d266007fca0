using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Canary.Cli.Output;

/// <summary>A table as kubectl prints it: columns padded with three spaces, the last one as it is.</summary>
internal static class Columns
{
    public static string Render(IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var text = new StringBuilder();
        if (rows.Count == 0) return "";
        var widths = Enumerable.Range(0, rows[0].Count).Select(column => rows.Max(row => row[column].Length) + 3).ToArray();
        foreach (var row in rows)
        {
            for (var column = 0; column < row.Count; column++)
                text.Append(column == row.Count - 1 ? row[column] : row[column].PadRight(widths[column]));
            text.Append('\n');
        }

        return text.ToString();
    }
}
