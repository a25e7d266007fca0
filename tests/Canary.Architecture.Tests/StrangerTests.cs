using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Canary.Architecture.Tests;

/// <summary>A fresh clone with nothing beside it passes every test, and a test that lacks a program says so.</summary>
public sealed partial class StrangerTests
{
    [Test]
    public void WhenATestIsSkipped_ThenItSaysWhatIsMissingAndHowToGetIt()
    {
        var texts = Tests
            .SelectMany(file => Thrown().Matches(string.Join('\n', file.Lines)).Select(match => $"{file.Name}: {match.Value}")).ToList();

        Assert.That(texts, Is.Not.Empty);
        Assert.That(texts.Where(text => !text.Contains("nstall", StringComparison.Ordinal)), Is.Empty);
    }

    /// <summary>NUnit refuses both in <c>Assert.Multiple</c>, also where a helper calls them: a test without its tools then fails instead
    /// of being skipped.</summary>
    [Test]
    public void WhenATestIsSkipped_ThenItCanBeSkippedAnywhere() =>
        Assert.That(Found(RefusedInMultiple()), Is.Empty);

    [Test]
    public void WhenATestReadsAFile_ThenItIsInTheRepository() =>
        Assert.That(Found(Outside()), Is.Empty);

    private static IEnumerable<SourceFile> Tests =>
        Repository.Sources.Where(file => file.Name.Contains(".Tests/", StringComparison.Ordinal)
            && !file.Name.EndsWith("/StrangerTests.cs", StringComparison.Ordinal));

    private static IEnumerable<string> Found(Regex pattern) =>
        Tests.SelectMany(file => file.Code.Where(line => pattern.IsMatch(line.Text))
            .Select(line => $"{file.Name}:{line.Number}: {line.Text.Trim()}"));

    [GeneratedRegex(@"new IgnoreException\([^;]*;")]
    private static partial Regex Thrown();

    [GeneratedRegex("""Assert\.(Ignore|Inconclusive)\(|Assume\.That\(|\[(Ignore|Explicit)\b""")]
    private static partial Regex RefusedInMultiple();

    [GeneratedRegex("""Path\.Combine\([^\n]*"\.\."|"\.\./|\?\.Parent\?\.FullName""")]
    private static partial Regex Outside();
}
