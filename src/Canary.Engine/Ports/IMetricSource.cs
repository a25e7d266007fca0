using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Queries;

namespace Canary.Engine.Ports;

/// <summary>Answers queries.</summary>
public interface IMetricSource
{
    /// <summary>The provider's key in a template: <c>prometheus</c>.</summary>
    string Provider { get; }

    /// <summary>Asks. Every outcome is a value; only cancellation throws.</summary>
    Task<MetricAnswer> AskAsync(MetricQuery query, CancellationToken cancel);

    /// <summary>Asks, for this rollout, or for it and others: a source that tells its queries apart may say whose they are.</summary>
    Task<MetricAnswer> AskForAsync(RolloutName rollout, MetricQuery query, CancellationToken cancel) => AskAsync(query, cancel);
}
