using System;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts.Reporting;
using Canary.Engine.Diagnostics;
using Canary.Engine.Ports;
using Microsoft.Extensions.Logging;

namespace Canary.Engine.Passes;

/// <summary>Says what happened to a rollout: in the log, and as an Event. An Event that cannot be written stops nothing.</summary>
internal sealed class Announcer(INotifier notifier, ILogger<Announcer> log)
{
    public async Task AnnounceAsync(RolloutSnapshot rollout, RolloutEvent announcement, CancellationToken cancel)
    {
        if (announcement.IsWarning) log.Warned(rollout.Name, announcement.Reason, announcement.Message);
        else log.Announced(rollout.Name, announcement.Reason, announcement.Message);
        try
        {
            await notifier.AnnounceAsync(rollout, announcement, cancel);
        }
        catch (Exception exception) when (!cancel.IsCancellationRequested)
        {
            log.NotAnnounced(rollout.Name, announcement.Reason, exception);
        }
    }
}
