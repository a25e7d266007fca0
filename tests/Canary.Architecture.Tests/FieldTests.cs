using System;
using System.Linq;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Canary.Architecture.Tests;

/// <summary>A field of a metric is declared once: its schema, its documentation, its reading and its writing are a row of a table. The only
/// other file that names it says what is wrong with its value.</summary>
public sealed class FieldTests
{
    private static readonly Regex Row = new(@"^\s+(?:Optional|Required)\(""(?<name>\w+)""");

    [TestCase("MetricFields", "MetricReader", 17)]
    [TestCase("ComparisonFields", "ComparisonReader", 26)]
    public void WhenAFieldOfAMetricIsNamed_ThenInItsTableAndWhereItsValueIsChecked(string table, string reader, int count)
    {
        var rows = Repository.Sources.Single(file => file.Name == $"src/Canary.Kubernetes/Metrics/{table}.cs").Lines
            .Select(line => Row.Match(line)).Where(match => match.Success).Select(match => match.Groups["name"].Value).ToArray();

        // Words that name other things too: of objects, of conditions, of the pages of a plan.
        var fields = rows.Except(["name", "interval", "count", "window", "provider", "with", "share", "alpha", "against", "lag", "groups",
            "bounds", "subject", "direction", "critical", "muted", "compatibility", "compare", "judge", "outliers", "require",
            "successCondition", "failureCondition", "initialDelay", "tolerate", "beta", "notWorseThan", "lookback"]);
        Assert.That(rows, Has.Length.EqualTo(count));
        Assert.That(fields, Is.Not.Empty);
        Assert.That(
            from field in fields
            let named = new Regex($@"""(?:compare\.)?{field}""")
            from file in Repository.Sources
            where file.Name.StartsWith("src/", StringComparison.Ordinal) && file.Code.Any(line => named.IsMatch(line.Text))
            where !file.Name.EndsWith($"/{table}.cs", StringComparison.Ordinal)
                && !file.Name.EndsWith($"/{reader}.cs", StringComparison.Ordinal)
            select $"{file.Name} names {field}",
            Is.Empty);
    }
}
