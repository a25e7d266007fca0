using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Canary.Testing;

namespace Canary.Cli.Tests.Pages;

/// <summary>A block of code in a page of the repository.</summary>
/// <param name="Page">The page, from the root of the repository.</param>
/// <param name="Line">Where it begins.</param>
/// <param name="Language">What stands behind the fence; empty: what a program prints.</param>
/// <param name="Text">What stands in it.</param>
internal sealed record Snippet(string Page, int Line, string Language, string Text)
{
    private const string Fence = "```";

    /// <summary>The root of the repository.</summary>
    public static string Root => RepositoryFolder.Root;

    /// <summary>The pages that a user reads, from the root of the repository.</summary>
    public static IReadOnlyList<string> Pages { get; } = [.. FindPages()];

    /// <summary>Every block of the pages.</summary>
    public static IReadOnlyList<Snippet> All { get; } = [.. Pages.SelectMany(Of)];

    public override string ToString() => $"{Page}:{Line}";

    private static IEnumerable<string> FindPages() =>
        Directory.EnumerateFiles(Root, "*.md")
        .Concat(Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories))
            .Append(Path.Combine(Root, "analysis-templates", "README.md"))
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/')).Order(StringComparer.Ordinal);

    private static IEnumerable<Snippet> Of(string page)
    {
        var lines = File.ReadAllLines(Path.Combine(Root, page));
        for (var index = 0; index < lines.Length; index++)
        {
            if (!lines[index].StartsWith(Fence, StringComparison.Ordinal)) continue;
            var end = Array.FindIndex(lines, index + 1, line => line.StartsWith(Fence, StringComparison.Ordinal));
            yield return new Snippet(page, index + 1, lines[index][Fence.Length..].Trim(), string.Join('\n', lines[(index + 1)..end]));
            index = end;
        }
    }
}
