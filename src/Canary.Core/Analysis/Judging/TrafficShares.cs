using System;
using System.Globalization;
using System.Linq;
using Canary.Core.Analysis.Shares;
using Canary.Core.Statistics;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Judging;

/// <summary>Holds the requests of both sides against the weight in force. A share that stays off says that routing or metrics are wrong,
/// and nothing of the version.</summary>
public static class TrafficShares
{
    /// <summary>Chance that a share which is right is ever called off, by one metric in its first hours.</summary>
    public const double Alpha = 0.001;

    /// <summary>The share must be off for so long, and be right for so long again.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromMinutes(3);

    private const int MostOpen = 60;

    /// <summary>Notes a window. Where a pod warms up, a part of the requests is not counted, and the share of the others says
    /// nothing.</summary>
    internal static TrafficShare Note(TrafficShare before, WindowCounts window, DateTimeOffset from, DateTimeOffset to)
    {
        if (window.CanaryPods.Concat(window.StablePods).Any(pod => pod.IsWarmingUp)) return before;
        var (ours, theirs) = (window.Canary.Requests, window.Stable.Requests);
        return ours + theirs == 0 ? before
            : before with { Open = [.. before.Open.Append(new TrafficWindow(from, to, ours, theirs)).TakeLast(MostOpen)] };
    }

    /// <summary>The run after the windows that were noted are held against the weight. Those that begin before it was in force are left
    /// out.</summary>
    /// <param name="status">The run, with its newest measurements counted.</param>
    /// <param name="weight">The canary's weight that every route shows; null: the routes do not show the one that is wanted.</param>
    /// <param name="since">Since when they show it; null: not known.</param>
    /// <param name="now">UTC.</param>
    public static RunStatus Weigh(RunStatus status, Weight? weight, DateTimeOffset? since, DateTimeOffset now)
    {
        if (status.Metrics.All(metric => metric.Evidence is not { Traffic.Open.Count: > 0 })) return status;
        return status with { Metrics = [.. status.Metrics.Select(metric => Weigh(metric, weight, since, now))] };
    }

    /// <summary>What was found, in words that stay as long as it lasts; empty: nothing.</summary>
    public static string Describe(MetricStatus metric) => metric.Evidence?.Traffic.Mismatch is not { } found ? ""
        : string.Create(CultureInfo.InvariantCulture, $"canary gets {NumberText.Short(100 * found.Share, 2)} % of the requests at weight "
            + $"{found.Weight} ({found.Requests:N0} of {found.Requests + found.StableRequests:N0}): routing or metrics are wrong");

    private static MetricStatus Weigh(MetricStatus metric, Weight? weight, DateTimeOffset? since, DateTimeOffset now)
    {
        if (metric.Evidence is not { Traffic.Open.Count: > 0 } evidence) return metric;
        var share = evidence.Traffic;
        var open = share.Open;
        share = share with { Open = [] };
        if (weight is { } shown && shown > Weight.Zero && shown < Weight.Full)
        {
            share = Begin(share, shown, since, now);
            foreach (var window in open.Where(window => window.From >= share.Since)) share = Add(share, shown, window);
        }

        metric = metric with { Evidence = evidence with { Traffic = share } };
        if (Describe(metric) is not { Length: > 0 } said || metric.Measurements.Count == 0) return metric;
        var last = metric.Measurements[^1];
        var message = last.Message.Length > 0 ? $"{last.Message}; {said}" : said;
        return metric with { Measurements = [.. metric.Measurements.SkipLast(1), last with { Message = message }] };
    }

    private static TrafficShare Begin(TrafficShare share, Weight weight, DateTimeOffset? since, DateTimeOffset now)
    {
        if (share.Weight == weight) return share with { Since = since ?? share.Since ?? now };
        return share with { Weight = weight, Since = since ?? now, Seconds = 0, Requests = 0, StableRequests = 0 };
    }

    private static TrafficShare Add(TrafficShare share, Weight weight, TrafficWindow window)
    {
        var asked = weight.BasisPoints / (double)Weight.Full.BasisPoints;
        var seconds = (window.To - window.From).TotalSeconds;
        share = share with
        {
            Seconds = share.Seconds + seconds,
            Requests = share.Requests + window.Requests,
            StableRequests = share.StableRequests + window.StableRequests,
        };
        if (share.Mismatch is not null) return share.Seconds < Least.TotalSeconds ? share : LookAgain(share, asked);
        share = share with { Logs = ShareProcess.Add(share.Logs, asked, seconds, window.Requests, window.StableRequests) };
        // The j-th finding has the part 1/(j(j+1)) of alpha, so that all of them together have no more.
        var bar = Math.Log((share.Findings + 1.0) * (share.Findings + 2.0) / Alpha);
        if (share.Seconds < Least.TotalSeconds) return share;
        // The numbers are of the time in which the share is off, and not of hours before.
        if (ShareProcess.IsAllowed(asked, share.Requests, share.StableRequests)) return Empty(share);
        return ShareProcess.LogEvidence(share.Logs) < bar ? share : Empty(share) with
        {
            Logs = [],
            Findings = share.Findings + 1,
            Mismatch = new TrafficMismatch(weight, share.Requests, share.StableRequests),
        };
    }

    // It is right again, or off at another weight too, which is said with other numbers.
    private static TrafficShare LookAgain(TrafficShare share, double asked) => Empty(share) with
    {
        Mismatch = ShareProcess.IsAllowed(asked, share.Requests, share.StableRequests) ? null
            : share.Mismatch!.Weight == share.Weight ? share.Mismatch
            : new TrafficMismatch(share.Weight!.Value, share.Requests, share.StableRequests),
    };

    private static TrafficShare Empty(TrafficShare share) => share with { Seconds = 0, Requests = 0, StableRequests = 0 };
}
