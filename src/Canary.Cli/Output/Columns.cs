using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;

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

/// <summary>One column of a listing.</summary>
/// <param name="IsWide">Shown with <c>-o wide</c> only.</param>
internal sealed record Column(string Heading, Func<JsonObject, DateTimeOffset, string> Cell, bool IsWide);
