using System;
using System.Linq;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Canary.Architecture.Tests;

/// <summary>A field of a metric is declared once: its schema, its documentation, its reading and its writing are a row of a
/// table.</summary>
public sealed class FieldTests
{
    private static readonly Regex Row = new(@"(?:Optional|Required)\(""(?<name>\w+)""");

    // Words of other objects too.
    private static readonly string[] Shared =
        ["name", "key", "value", "start", "end", "step", "length", "window", "count", "provider", "query", "side", "subject", "compatibility",
            "min", "max", "with", "groups", "alpha", "address", "prometheus", "red", "headers", "secretKeyRef", "preset", "signal", "share",
            "critical", "interval"];

    [Test]
    public void WhenAFieldOfAMetricIsNamed_ThenInOneFileOfWhatReadsAndWritesDocuments()
    {
        var documents = Repository.Sources.Where(file => new[] { "Metrics", "Mapping", "Resources" }
            .Any(folder => file.Name.StartsWith($"src/Canary.Kubernetes/{folder}/", StringComparison.Ordinal))).ToArray();
        var fields = documents.Where(file => file.Name.Contains("/Metrics/", StringComparison.Ordinal)).SelectMany(file => file.Lines)
            .SelectMany(line => Row.Matches(line)).Select(match => match.Groups["name"].Value).Distinct().Except(Shared).ToArray();

        Assert.That(fields, Has.Length.GreaterThan(30).And.Contain("minSamples").And.Contain("consecutiveErrorLimit"));
        Assert.That(
            from field in fields
            let files = documents.Where(file => file.Code.Any(line => line.Text.Contains($"\"{field}\"", StringComparison.Ordinal)))
                .Select(file => file.Name).ToArray()
            where files.Length != 1
            select $"{field}: {string.Join(", ", files)}",
            Is.Empty);
    }
}
