using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Canary.Architecture.Tests;

public sealed class LayoutTests
{
    private const int MostLines = 400;
    private const int MostColumns = 140;
    private const int MostLinesOfAGuest = 20;

    private static readonly Regex TakeBack = new(@"(?i)takes?back|takenback|\btak(?:es?|en|ing) (?:\w+ ){0,2}back\b");

    private static readonly string[] BannedParts =
        ["Manager", "Helper", "Util", "Utils", "Context", "Data", "Info", "Base", "Impl", "Common"];

    // The manager of metadata.managedFields is Kubernetes' own word for who owns a field.
    private static readonly string[] DomainWords = ["ManagerEntry", "ManagerList"];

    [Test]
    public void WhenSourcesAreListed_ThenThereAreSome() => Assert.That(Repository.Sources, Has.Count.GreaterThan(100));

    /// <summary>Without its using directives, which grow with the folders and not with the code.</summary>
    [Test]
    public void WhenAFileIsLong_ThenItIsAtMostFourHundredLines() =>
        Check(Repository.Sources,
            file => file.Lines.Count(line => !line.StartsWith("using ", StringComparison.Ordinal)) is > MostLines and var lines
            ? $"{lines} lines; {MostLines} are allowed" : null);

    /// <summary>Data that a program holds as it is, in a raw string or in one long literal, is not broken for a column.</summary>
    [Test]
    public void WhenALineIsLong_ThenItIsData() =>
        Check(
            Repository.Sources,
            file => file.CodeThatCanBeBroken.FirstOrDefault(line => line.Text.Length > MostColumns) is { Text: not null } line
                ? $"line {line.Number}: {line.Text.Length} characters; {MostColumns} are allowed"
                : null);

    /// <summary>One concept a file: a small enum or record lives with the type that it belongs to.</summary>
    [Test]
    public void WhenAFileHasPublicTypes_ThenTheFirstGivesItsNameAndTheOthersAreSmall() =>
        Check(Repository.Sources, file => file.PublicTypes.ToArray() switch
        {
            [] => null,
            [var first, ..] when first.Name != Path.GetFileNameWithoutExtension(file.Path) => $"public type {first.Name}",
            [_, .. var others] => others.Where(other => other.Length > MostLinesOfAGuest)
                .Select(other => $"{other.Name} has {other.Length} lines; {MostLinesOfAGuest} are allowed beside the first type")
                .FirstOrDefault(),
        });

    [Test]
    public void WhenAFileHasANamespace_ThenItIsItsFolder() =>
        Check(Repository.Sources, file => (file.Namespace is null && file.IsProgram) || file.Namespace == file.Folder ? null
            : $"namespace {file.Namespace}; {file.Folder} is meant");

    [Test]
    public void WhenAFileHasANamespace_ThenItIsFileScoped() =>
        Check(Repository.Sources,
            file => file.Code.Any(line => line.Text.StartsWith("namespace ", StringComparison.Ordinal) && !line.Text.EndsWith(';'))
            ? "a block namespace" : null);

    [Test]
    public void WhenATypeIsNamed_ThenTheNameSaysTheDomainWord() =>
        Check(Repository.Sources, file => file.Types.Except(DomainWords).FirstOrDefault(HasBannedPart) is { } name
            ? $"type {name}; banned are {string.Join(", ", BannedParts)}" : null);

    [Test]
    public void WhenAFileIsSearched_ThenNothingWasPutOff()
    {
        var later = string.Concat("TO", "DO");
        var broken = string.Concat("FIX", "ME");
        var fold = string.Concat("#reg", "ion");
        Check(Repository.Sources,
            file => Array.FindIndex(file.Lines, line => Regex.IsMatch(line, $@"\b({later}|{broken})\b")
                || line.TrimStart().StartsWith(fold, StringComparison.Ordinal)) is >= 0 and var at
            ? $"line {at + 1}: {file.Lines[at].Trim()}"
            : null);
    }

    [Test]
    public void WhenSerilogIsNamed_ThenItIsInTheCompositionRootOfTheController() =>
        Check(
            Repository.Product.Where(file => file.Name != "src/Canary.Controller/Program.cs"),
            file => file.Code.FirstOrDefault(line => line.Text.Contains("Serilog", StringComparison.Ordinal)) is { Text: not null } line
            ? $"line {line.Number}: {line.Text.Trim()}" : null);

    /// <summary>One verb for one thing, in messages and names.</summary>
    [Test]
    public void WhenTrafficLeavesACanary_ThenItIsRolledBack() =>
        Check(
            Repository.Sources.Where(file => file.Name.StartsWith("src/", StringComparison.Ordinal)),
            file => file.Code.FirstOrDefault(line => TakeBack.IsMatch(line.Text)) is { Text: not null } line
            ? $"line {line.Number}: {line.Text.Trim()}" : null);

    [Test]
    public void WhenAProjectIsBuilt_ThenUsingsAreWrittenOut()
    {
        var properties = File.ReadAllText(Path.Combine(Repository.Root, "Directory.Build.props"));
        var projects = Directory.EnumerateFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories).ToArray();

        Assert.That(properties,
            Does.Contain("<ImplicitUsings>disable</ImplicitUsings>").And.Contain("<TreatWarningsAsErrors>true</TreatWarningsAsErrors>"));
        Assert.That(projects, Has.Length.GreaterThan(10));
        Assert.That(projects.Where(path => File.ReadAllText(path) is var text
            && (text.Contains("ImplicitUsings", StringComparison.Ordinal)
                || text.Contains("TreatWarningsAsErrors", StringComparison.Ordinal))), Is.Empty);
    }

    private static bool HasBannedPart(string name) => Regex.Matches(name, "[A-Z][a-z0-9]*").Any(part => BannedParts.Contains(part.Value));

    private static void Check(IEnumerable<SourceFile> files, Func<SourceFile, string?> wrong) =>
        Assert.That(files.Select(file => (file.Name, Wrong: wrong(file))).Where(one => one.Wrong is not null)
            .Select(one => $"{one.Name}: {one.Wrong}"), Is.Empty);
}
