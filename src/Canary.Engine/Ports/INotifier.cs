using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts.Reporting;

namespace Canary.Engine.Ports;

/// <summary>Tells people. A failure is logged and never stops an evaluation.</summary>
public interface INotifier
{
    /// <summary>Tells it once: the same announcement in the same situation has the same name.</summary>
    Task AnnounceAsync(RolloutSnapshot rollout, RolloutEvent announcement, CancellationToken cancel);
}
