using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Canary.Cli.Tests.Pages;

/// <summary>Every link of a page into the repository: the file is there, and the heading too.</summary>
public sealed partial class GivenTheLinks
{
    private static IEnumerable<string> Pages() => Snippet.Pages;

    [TestCaseSource(nameof(Pages))]
    public void WhenAPageLinks_ThenTheFileAndTheHeadingAreThere(string page)
    {
        var links = Links(page).ToArray();

        Assert.That(links.Where(link => !IsThere(page, link)), Is.Empty);
    }

    [Test]
    public void WhenAPageIsInDocs_ThenTheIndexNamesIt()
    {
        var index = Links("docs/README.md").Select(link => Path.GetFullPath(Path.Combine(Snippet.Root, "docs", link.Split('#')[0])))
            .ToHashSet();

        var missing = Snippet.Pages.Where(page => page.StartsWith("docs/", StringComparison.Ordinal) && page != "docs/README.md")
            .Where(page => !index.Contains(Path.Combine(Snippet.Root, page)));

        Assert.That(missing.Where(page => !page.StartsWith("docs/judge/", StringComparison.Ordinal)), Is.Empty);
    }

    private static IEnumerable<string> Links(string page)
    {
        var text = CodeBlocks().Replace(File.ReadAllText(Path.Combine(Snippet.Root, page)), "");
        return InlineCode().Replace(text, "").Split('\n').SelectMany(line => Link().Matches(line)).Select(match => match.Groups[1].Value)
            .Where(link => !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith("mailto:", StringComparison.Ordinal));
    }

    private static bool IsThere(string page, string link)
    {
        var parts = link.Split('#', 2);
        var target = parts[0].Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, parts[0]);
        var file = Path.Combine(Snippet.Root, target);
        if (parts.Length == 1 || parts[1].Length == 0) return Path.Exists(file);
        return File.Exists(file) && Anchors(file).Contains(parts[1]);
    }

    /// <summary>The anchors as GitHub makes them: lower case, spaces as dashes, a number behind the second of the same name.</summary>
    private static HashSet<string> Anchors(string file)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var anchors = new HashSet<string>(StringComparer.Ordinal);
        foreach (Match heading in Heading().Matches(CodeBlocks().Replace(File.ReadAllText(file), "")))
        {
            var anchor = NoAnchor().Replace(heading.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-');
            var count = seen.GetValueOrDefault(anchor);
            seen[anchor] = count + 1;
            anchors.Add(count == 0 ? anchor : $"{anchor}-{count}");
        }

        return anchors;
    }

    [GeneratedRegex(@"\]\(([^()\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlocks();

    [GeneratedRegex("`[^`\n]*\\]\\([^`\n]*`")]
    private static partial Regex InlineCode();

    [GeneratedRegex("^#{1,6} (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NoAnchor();
}
