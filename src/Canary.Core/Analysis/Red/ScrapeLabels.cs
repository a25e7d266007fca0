namespace Canary.Core.Analysis.Red;

/// <summary>How scraping left the labels of a preset: <c>subject.labels</c>.</summary>
public enum ScrapeLabels
{
    /// <summary>As the preset has them.</summary>
    Own,

    /// <summary>Renamed to <c>exported_...</c>, since the target has labels of the same names and <c>honor_labels</c> is not set.</summary>
    Exported,

    /// <summary><c>kubernetes_namespace</c> and <c>kubernetes_pod_name</c>: Prometheus' own Kubernetes discovery, as its example
    /// configuration labels pods.</summary>
    Kubernetes,

    /// <summary><c>namespace</c> and <c>pod</c>: the Prometheus Operator.</summary>
    Operator,
}
