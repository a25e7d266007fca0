using System;
using System.Collections.Generic;
using System.Linq;

namespace Canary.ApiServer.Expressions.Syntax;

/// <summary>Why an expression does not compile, and where.</summary>
internal sealed record Problem(int Position, string Message)
{
    /// <summary>All problems with the lines they are in, as cel-go prints them.</summary>
    public static string Text(string source, IEnumerable<Problem> problems) =>
        string.Join('\n', problems.OrderBy(problem => problem.Position).Distinct().Select(problem => problem.Shown(source)));

    private string Shown(string source)
    {
        var runes = source.EnumerateRunes().ToList();
        var at = Math.Clamp(Position, 0, runes.Count);
        var start = at == 0 ? 0 : runes.FindLastIndex(at - 1, at, rune => rune.Value == '\n') + 1;
        var end = runes.FindIndex(at, rune => rune.Value == '\n');
        var line = string.Concat(runes.Skip(start).Take((end < 0 ? runes.Count : end) - start));
        var number = runes.Take(start).Count(rune => rune.Value == '\n') + 1;
        return $"ERROR: <input>:{number}:{at - start + 1}: {Message}\n | {line}\n | {new string('.', at - start)}^";
    }
}
