using System;
using System.IO;
using System.Linq;
using System.Reflection;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests.Stories;

/// <summary>The table in docs/workloads.md names each story. Its counts are those of one run, and nobody compares them.</summary>
public sealed class GivenTheTableOfStrategies
{
    private static readonly (MethodInfo Method, string? Title)[] Tests =
    [
        .. typeof(StoriesOfOneWorld).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(StoriesOfOneWorld)))
            .SelectMany(type => type.GetMethods()).Where(method => method.GetCustomAttribute<TestAttribute>() is not null)
            .Select(method => (method, method.GetCustomAttribute<StrategyAttribute>()?.Title)),
    ];

    [Test]
    public void WhenAStoryIsTold_ThenItSaysWhatItShows() =>
        Assert.That(Tests.Where(test => test.Title is null).Select(test => test.Method.Name), Is.Empty);

    [Test]
    public void WhenAStoryExists_ThenTheTableHasItsRow_AndNoOther()
    {
        var rows = File.ReadAllLines(RepositoryFolder.PathTo("docs", "workloads.md"))
            .SkipWhile(line => line != "<!-- strategies -->").TakeWhile(line => line != "<!-- end -->")
            .Where(line => line.Contains("Given", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)).Select(cells => $"{cells[1]}: {cells[^2]}");

        Assert.That(rows, Is.EquivalentTo(Tests.Select(test => $"{test.Title}: `{test.Method.DeclaringType!.Name}.{test.Method.Name}`")),
            "make strategies prints the table after a run of the end-to-end tests");
    }
}
