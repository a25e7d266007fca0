using System;
using System.Linq;

namespace Canary.Core.Patterns;

/// <summary>How far two words are apart.</summary>
/// <remarks>Source: Levenshtein, Soviet Physics Doklady 10 (1966) 707-710.</remarks>
public static class EditDistance
{
    /// <summary>Letters to put in, take out or change until one word is the other.</summary>
    /// <returns>0 where they are the same; at most the length of the longer one.</returns>
    public static int Measure(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var corner = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var next = Math.Min(Math.Min(row[j], row[j - 1]) + 1, corner + (one[i - 1] == other[j - 1] ? 0 : 1));
                corner = row[j];
                row[j] = next;
            }
        }

        return row[^1];
    }
}
