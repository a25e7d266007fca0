using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Answers;

namespace Canary.Core.Analysis.Judging;

/// <summary>A proxy that two jobs scrape, or two replicas of Prometheus, brings each of its counters twice: series that differ in nothing
/// but the labels that scraping adds. They count once.</summary>
internal static class ScrapedTwice
{
    // Labels that scraping adds and that say nothing of what is counted: of Prometheus itself, of its Operator, and those that tell the
    // replicas of a pair apart.
    private static readonly HashSet<string> OfScraping = new(StringComparer.Ordinal)
    {
        "job", "instance", "endpoint", "service", "container", "metrics_path", "scrape_job", "scrape_pool", "monitor", "prometheus",
        "prometheus_replica", "prometheus_server", "replica", "__replica__", "receive_replica", "thanos_replica",
    };

    // Clocks of two servers differ, and a scrape takes time.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(2);

    // Samples of each of two that must lie within the time of the other.
    private const int Together = 2;

    /// <summary>The series of a pod, each counter once.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="series">All of its series.</param>
    /// <param name="from">Beginning of the window.</param>
    /// <param name="to">When the last sample of a target that is whole is no earlier.</param>
    /// <param name="notes">Gets a sentence where there were several.</param>
    public static IEnumerable<Series> CountOnce(string pod, IReadOnlyList<Series> series, DateTimeOffset from, DateTimeOffset to,
        List<string> notes)
    {
        if (series.Count < 2) return series;
        // What one job scrapes, or one replica of Prometheus. One that is whole is kept, and always the same: what it shows at the end of a
        // window the next begins with.
        var targets = series.GroupBy(one => Labels(one, isOfScraping: true), StringComparer.Ordinal)
            .OrderBy(target => target.Any(one => IsWhole(one, from, to)) ? 0 : 1).ThenBy(target => target.Key, StringComparer.Ordinal)
            .Select(target => target.DistinctBy(one => Labels(one, isOfScraping: false))
                .ToDictionary(one => Labels(one, isOfScraping: false), StringComparer.Ordinal)).ToArray();
        if (targets.Length < 2) return series;
        var kept = new List<Dictionary<string, Series>>();
        var isNoted = false;
        foreach (var target in targets)
        {
            if (kept.Find(other => IsSame(other, target)) is not { } same)
            {
                kept.Add(target);
                continue;
            }

            if (!isNoted)
                notes.Add($"pod {pod} is scraped more than once ({Difference(same.First().Value, target.First().Value)}): "
                    + "its requests count once");
            isNoted = true;
        }

        return kept.SelectMany(target => target.Values);
    }

    private static string Labels(Series series, bool isOfScraping) =>
        string.Join('\n', series.Labels.Where(label => OfScraping.Contains(label.Name) == isOfScraping)
            .Select(label => $"{label.Name}={label.Value}").Order(StringComparer.Ordinal));

    private static bool IsWhole(Series series, DateTimeOffset from, DateTimeOffset to) =>
        series.Points.Count > 0 && series.Points[0].At <= from && series.Points[^1].At >= to;

    // Two views of one proxy never contradict each other in any counter: what one shows is no less than what the other showed some time
    // before. Two processes of one pod do, sooner or later; and one after the other, they are not seen together.
    private static bool IsSame(Dictionary<string, Series> one, Dictionary<string, Series> other)
    {
        var shared = one.Keys.Where(other.ContainsKey).ToArray();
        return shared.Any(key => AreTogether(one[key], other[key]))
            && shared.All(key => NeverFallsBehind(one[key], other[key]) && NeverFallsBehind(other[key], one[key]));
    }

    private static bool AreTogether(Series one, Series other) => Within(one, other) >= Together && Within(other, one) >= Together;

    private static int Within(Series one, Series other) => one.Points.Count == 0 || other.Points.Count == 0 ? 0
        : one.Points.Count(point => point.At >= other.Points[0].At - Skew - Skew && point.At <= other.Points[^1].At + Skew + Skew);

    private static bool NeverFallsBehind(Series earlier, Series later)
    {
        var index = 0;
        var at = double.NaN;
        var isSetBack = false;
        var last = double.NaN;
        foreach (var point in later.Points)
        {
            if (!double.IsFinite(point.Value)) continue;
            if (point.Value < last) isSetBack = true;
            last = point.Value;
            for (; index < earlier.Points.Count && earlier.Points[index].At <= point.At - Skew; index++)
            {
                if (!double.IsFinite(earlier.Points[index].Value)) continue;
                if (earlier.Points[index].Value < at) isSetBack = true;
                at = earlier.Points[index].Value;
            }

            // After a restart the one that saw it first is the smaller one for a moment.
            if (!isSetBack && point.Value < at) return false;
        }

        return true;
    }

    private static string Difference(Series one, Series other) => string.Join(", ", one.Labels
        .Where(label => OfScraping.Contains(label.Name))
        .Select(label => (label, Other: other.Labels.FirstOrDefault(same => same.Name == label.Name).Value ?? ""))
        .Where(pair => pair.Other != pair.label.Value)
        .Select(pair => $"{pair.label.Name} \"{pair.label.Value}\" and \"{pair.Other}\""));
}
