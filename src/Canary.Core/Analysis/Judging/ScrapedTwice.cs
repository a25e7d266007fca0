using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Units;

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
        "prometheus_replica", "prometheus_server", "replica", "__replica__", "receive_replica", "thanos_replica", "node", "nodename", "host",
    };

    // Clocks of two servers differ, and a scrape takes time.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(2);

    /// <summary>The series of a pod, each counter once.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="series">All of its series.</param>
    /// <param name="from">Beginning of the window.</param>
    /// <param name="to">Its end.</param>
    /// <param name="late">How late a sample may be.</param>
    /// <param name="notes">Gets a sentence where there were several.</param>
    public static IEnumerable<Series> CountOnce(string pod, IReadOnlyList<Series> series, DateTimeOffset from, DateTimeOffset to,
        TimeSpan late, List<string> notes)
    {
        if (series.Count < 2) return series;
        var kept = new List<Series>();
        var isNoted = false;
        foreach (var group in series.GroupBy(one => string.Join('\n', one.Labels.Where(label => !OfScraping.Contains(label.Name))
            .Select(label => $"{label.Name}={label.Value}").Order(StringComparer.Ordinal)), StringComparer.Ordinal))
        {
            // One of two that are whole, and always the same: what one of them shows at the end of a window the next begins with.
            var copies = new List<List<Series>>();
            foreach (var one in group.OrderBy(one => IsWhole(one, from, to, late) ? 0 : 1)
                .ThenBy(one => string.Join(',', one.Labels.Select(label => label.Value)), StringComparer.Ordinal))
            {
                if (copies.Find(same => IsOneCounter(same[0], one)) is { } same) same.Add(one);
                else copies.Add([one]);
            }

            kept.AddRange(copies.Select(same => same[0]));
            if (isNoted || copies.Find(same => same.Count > 1) is not { } twice) continue;
            notes.Add($"pod {pod} is scraped more than once ({Difference(twice[0], twice[1])}): its requests count once");
            isNoted = true;
        }

        return kept;
    }

    private static bool IsWhole(Series series, DateTimeOffset from, DateTimeOffset to, TimeSpan late) =>
        series.Points.Count > 0 && series.Points[0].At <= from && series.Points[^1].At >= to.After(-late);

    // Two views of one counter never contradict each other: what one shows is no less than what the other showed some time before. Two
    // processes of one pod do, sooner or later.
    private static bool IsOneCounter(Series one, Series other) => NeverFallsBehind(one, other) && NeverFallsBehind(other, one);

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

    private static string Difference(Series one, Series other) => string.Join(", ", one.Labels.Where(label => OfScraping.Contains(label.Name))
        .Select(label => (label, Other: other.Labels.FirstOrDefault(same => same.Name == label.Name).Value ?? ""))
        .Where(pair => pair.Other != pair.label.Value)
        .Select(pair => $"{pair.label.Name} \"{pair.label.Value}\" and \"{pair.Other}\""));
}
