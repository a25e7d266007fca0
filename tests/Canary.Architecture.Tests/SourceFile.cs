using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace Canary.Architecture.Tests;

/// <summary>A C# file.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Name">Its path in the repository, with slashes.</param>
/// <param name="Lines">Its lines.</param>
internal sealed record SourceFile(string Path, string Name, string[] Lines)
{
    private const string Kinds = "(?:class|record struct|record|struct|interface|enum)";
    private static readonly Regex Public = new($@"^public (?:\w+ )*?(?:{Kinds} (?<name>\w+)|delegate [\w<>?,. ]+? (?<name>\w+)[(<])");
    private static readonly Regex RawQuotes = new("\"{3,}");
    private static readonly Regex LongLiteral = new("\"(?:[^\"\\\\]|\\\\.){60,}\"");
    private static readonly Regex Declared =
        new($@"^\s*(?:(?:public|internal|private|protected|file|sealed|static|abstract|partial|readonly|ref) )+{Kinds} (?<name>\w+)");

    /// <summary>Lines of code as a reader meets them: without comments, with their number.</summary>
    public IEnumerable<(int Number, string Text)> Code =>
        Lines.Select((text, i) => (i + 1, text)).Where(line => !line.text.TrimStart().StartsWith("//", StringComparison.Ordinal));

    /// <summary>Lines, comments too, that hold no raw string and no literal that is long by itself, with their number.</summary>
    public IEnumerable<(int Number, string Text)> CodeThatCanBeBroken
    {
        get
        {
            var isRaw = false;
            for (var i = 0; i < Lines.Length; i++)
            {
                var quotes = RawQuotes.Count(Lines[i]);
                if (!isRaw && quotes == 0 && !LongLiteral.IsMatch(Lines[i])) yield return (i + 1, Lines[i]);
                if (quotes % 2 == 1) isRaw = !isRaw;
            }
        }
    }

    /// <summary>The public types, in order, each with its lines from its documentation to its end.</summary>
    public IEnumerable<(string Name, int Length)> PublicTypes =>
        from i in Enumerable.Range(0, Lines.Length)
        let match = Public.Match(Lines[i])
        where match.Success
        select (match.Groups["name"].Value, EndOf(i) - StartOf(i) + 1);

    public IEnumerable<string> Types =>
        Lines.Select(line => Declared.Match(line)).Where(match => match.Success).Select(match => match.Groups["name"].Value);

    public string? Namespace =>
        Lines.Where(line => line.StartsWith("namespace ", StringComparison.Ordinal))
        .Select(line => line["namespace ".Length..].TrimEnd(';', ' ', '{')).FirstOrDefault();

    /// <summary>Its project's name and the folders below, as its namespace has to be.</summary>
    public string Folder => string.Join('.', Name.Split('/')[1..^1]);

    /// <summary>A generated-code partial or a file with top-level statements has no namespace.</summary>
    public bool IsProgram => Name.EndsWith("/Program.cs", StringComparison.Ordinal);

    private int StartOf(int declaration)
    {
        var start = declaration;
        while (start > 0 && (Lines[start - 1].StartsWith("///", StringComparison.Ordinal) || Lines[start - 1].StartsWith('['))) start--;
        return start;
    }

    private int EndOf(int declaration)
    {
        var hasBody = false;
        for (var i = declaration; i < Lines.Length; i++)
        {
            hasBody |= Lines[i] == "{";
            if (Lines[i] == "}" || (!hasBody && Lines[i].EndsWith(';'))) return i;
        }
        return Lines.Length - 1;
    }
}
