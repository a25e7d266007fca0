using System;
using System.Collections.Generic;
using System.Linq;

namespace Canary.Core.Patterns;

/// <summary>The word that was meant, where one was mistyped.</summary>
public static class NearestWord
{
    /// <summary>The known word that the given one begins, or that is nearest to it.</summary>
    /// <param name="word">What was written, of 2 to 60 letters; for others there is no suggestion.</param>
    /// <param name="known">The words that there are. Those of 1 or 2 letters are not suggested.</param>
    /// <returns>A word that the given one begins, else the nearest one that is at most a third of its letters away (at least 1); null:
    /// none is.</returns>
    public static string? Find(string word, IEnumerable<string> known)
    {
        var candidates = known.Where(one => one.Length > 2).Distinct().ToArray();
        // Longer than any option: it would take long, and is none of them.
        if (word.Trim('-').Length < 2 || word.Length > 60) return null;
        return candidates.FirstOrDefault(one => one.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            ?? candidates.Select(one => (Word: one, Distance: Distance(one, word)))
            .Where(one => one.Distance <= Math.Max(1, word.Trim('-').Length / 3)).OrderBy(one => one.Distance).FirstOrDefault().Word;
    }

    /// <summary>Letters to put in, take out or change.</summary>
    /// <remarks>Source: Levenshtein, Soviet Physics Doklady 10 (1966) 707-710.</remarks>
    private static int Distance(string one, string other)
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
