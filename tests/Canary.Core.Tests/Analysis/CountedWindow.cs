using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Units;

namespace Canary.Core.Tests.Analysis;

/// <summary>Windows with the counts of whole sides, which pods share evenly.</summary>
internal static class CountedWindow
{
    /// <summary>A window of so many pods of the canary, and of one pod of stable for each count of it.</summary>
    public static WindowCounts Make(SideCounts canary, SideCounts first, SideCounts? second = null, int pods = 1) =>
        new(Share(canary, pods), [.. new[] { first, second }.OfType<SideCounts>().Where(side => side.Events.Count > 0)
            .Select((side, index) => new PodCounts($"s{index + 1}", side))]);

    /// <summary>Pods with these counts.</summary>
    public static EquatableArray<PodCounts> Pods(string name, params (long Requests, long Events)[] counts) =>
        [.. counts.Select((one, index) => new PodCounts($"{name}{index + 1}", new SideCounts(one.Requests, [one.Events])))];

    private static EquatableArray<PodCounts> Share(SideCounts side, int pods) =>
        [.. Enumerable.Range(0, pods).Select(pod => new PodCounts($"c{pod + 1}",
            new SideCounts(Part(side.Requests, pod, pods), [.. side.Events.Select(events => Part(events, pod, pods))])))];

    private static long Part(long all, int pod, int pods) => (all / pods) + (pod < all % pods ? 1 : 0);
}
