using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace Canary.Controller.Tests.Web;

/// <summary>A page of metrics in the text format, as far as who reads its series depends on it.</summary>
internal static partial class MetricsText
{
    /// <summary>
    /// Each metric of the prefix that has series: its name and type, and the names of its labels, with the bounds of its buckets.
    /// </summary>
    public static IReadOnlySet<string> Shapes(string page, string prefix)
    {
        var types = TypeLine().Matches(page).ToDictionary(line => line.Groups["name"].Value, line => line.Groups["type"].Value);
        var shapes = new HashSet<string>(StringComparer.Ordinal);
        foreach (Match series in SeriesLine().Matches(page))
        {
            var name = series.Groups["name"].Value;
            var family = types.ContainsKey(name) ? name : Suffix().Replace(name, "");
            if (!name.StartsWith(prefix, StringComparison.Ordinal)) continue;
            var labels = Label()
                .Matches(series.Groups["labels"].Value)
                .Select(label => label.Groups["name"].Value == "le" ? label.Value : label.Groups["name"].Value);
            shapes.Add($"{types[family]} {name}{{{string.Join(',', labels)}}}");
        }

        return shapes;
    }

    /// <summary>Every metric of the page.</summary>
    public static IEnumerable<Family> Families(string page)
    {
        var helps = HelpLine().Matches(page).ToDictionary(line => line.Groups["name"].Value, line => line.Groups["help"].Value);
        var series = SeriesLine()
            .Matches(page)
            .ToLookup(line => Suffix().Replace(line.Groups["name"].Value, ""), line => line.Groups["labels"].Value);
        foreach (Match line in TypeLine().Matches(page))
        {
            var name = line.Groups["name"].Value;
            string[] labels =
                [.. series[name].SelectMany(one => Label().Matches(one)).Select(label => label.Groups["name"].Value)
                    .Where(label => label != "le").Distinct()];
            yield return new Family(name, line.Groups["type"].Value, helps[name], labels);
        }
    }

    /// <summary>A metric, as far as its series show it.</summary>
    public sealed record Family(string Name, string Type, string Help, IReadOnlyList<string> Labels);

    [GeneratedRegex(@"^# HELP (?<name>\S+) (?<help>.*)$", RegexOptions.Multiline)]
    private static partial Regex HelpLine();

    [GeneratedRegex(@"^# TYPE (?<name>\S+) (?<type>\S+)$", RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex("^(?<name>[a-z_]+)(\\{(?<labels>.*)\\})? \\S+$", RegexOptions.Multiline)]
    private static partial Regex SeriesLine();

    [GeneratedRegex("(?<name>[a-z_]+)=\"[^\"]*\"")]
    private static partial Regex Label();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();
}
