using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using NUnit.Framework;

namespace Canary.Cli.Tests.Pages.Reference;

/// <summary>The page of the Events and conditions: written by hand, and complete.</summary>
public sealed partial class GivenTheEventsAndConditions
{
    // Names in CamelCase that the code writes elsewhere: the meters of .NET, kinds, and the like.
    private static readonly string[] OtherNames = ["DotNetStats", "MeterName", "AlertHook", "OptionReader", "OptionTable", "StatefulSet",
        "DaemonSet"];

    private static readonly string Page = File.ReadAllText(Path.Combine(Snippet.Root, "docs", "reference", "events-and-conditions.md"));

    // The reasons are literals of the code: what a phase or a verdict is called comes from the enums.
    private static readonly string[] Folders = ["src/Canary.Core/Rollouts", "src/Canary.Engine", "src/Canary.Controller"];

    private static HashSet<string> Listed => [.. Names().Matches(Page).Select(match => match.Groups[1].Value)];

    [Test]
    public void WhenTheCodeHasAReason_ThenThePageHasIt()
    {
        var reasons = Literals().SelectMany(text => Reasons().Matches(text).Select(match => match.Groups[1].Value)).Distinct()
            .Except(OtherNames).ToArray();

        Assert.That(reasons, Has.Length.GreaterThan(40));
        Assert.That(reasons.Except(Listed), Is.Empty, "docs/reference/events-and-conditions.md does not have them");
    }

    [Test]
    public void WhenThePageHasAReason_ThenTheCodeHasIt()
    {
        var literals = Literals().ToArray();
        var known = Enum.GetNames<Phase>().Concat(Enum.GetNames<ConditionType>())
            .Concat(Enum.GetNames<RunPhase>().Select(phase => $"Analysis{phase}")).ToHashSet();

        Assert.That(Listed.Where(name => !known.Contains(name)
            && !literals.Any(text => text.Contains($"\"{name}\"", StringComparison.Ordinal))), Is.Empty);
    }

    [Test]
    public void WhenTheConditionsAreListed_ThenTheyAreThoseOfAStatus() =>
        Assert.That(ConditionRows().Matches(Page).Select(match => match.Groups[1].Value), Is.EqualTo(Enum.GetNames<ConditionType>()));

    private static IEnumerable<string> Literals() =>
        Folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Snippet.Root, folder), "*.cs", SearchOption.AllDirectories))
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal)).Select(File.ReadAllText);

    [GeneratedRegex("`([A-Z][A-Za-z]+)`")]
    private static partial Regex Names();

    // A name in a comment stands behind an equals sign.
    [GeneratedRegex("(?<!=)\"([A-Z][a-z]+(?:[A-Z][a-z]+)+)\"")]
    private static partial Regex Reasons();

    [GeneratedRegex(@"^\| `(\w+)` \| True ", RegexOptions.Multiline)]
    private static partial Regex ConditionRows();
}
