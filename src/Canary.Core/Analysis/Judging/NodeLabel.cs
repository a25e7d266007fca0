using System;
using System.Linq;
using Canary.Core.Analysis.Answers;

namespace Canary.Core.Analysis.Judging;

/// <summary>The node of a pod, where scraping wrote it into the series: the usual configurations for pods have the label <c>node</c>, older
/// ones <c>kubernetes_node</c>.</summary>
internal static class NodeLabel
{
    private static readonly string[] Names = ["node", "kubernetes_node"];

    /// <summary>The node; null: no series of the pod says it, they contradict each other, or it is an address, which some proxies have
    /// under that label for what they call.</summary>
    public static string? Find(MetricAnswer.Matrix answer, string pod)
    {
        string[] nodes =
        [
            .. answer.Series.Where(series => PodCounters.Pod(series.Labels) == pod)
                .Select(series => Names.Select(name => series.Labels.FirstOrDefault(label => label.Name == name).Value ?? "")
                    .FirstOrDefault(value => value.Length > 0) ?? "").Distinct(StringComparer.Ordinal),
        ];
        return nodes is [{ Length: > 0 } node] && Uri.CheckHostName(node) == UriHostNameType.Dns ? node : null;
    }
}
