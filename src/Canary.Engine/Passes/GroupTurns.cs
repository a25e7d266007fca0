using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using Canary.Engine.Ports;

namespace Canary.Engine.Passes;

/// <summary>
/// Passes of one group that may begin a release take turns, from the look at the others to the saved status: two that run at the same time
/// must not both take the last place. Only the leader decides, and its reads show what it wrote, so the limit is exact while one process
/// leads.
/// </summary>
internal sealed class GroupTurns
{
    private readonly ConcurrentDictionary<(string Namespace, string Group), SemaphoreSlim> _turns = new();

    /// <summary>Waits for the turn; what comes back ends it. Nothing is waited for without a group, or while a revision is being
    /// released.</summary>
    public async Task<IDisposable?> EnterAsync(RolloutSnapshot rollout, CancellationToken cancel)
    {
        if (rollout.Status.IsRunning || rollout.Spec?.Group is not { } group) return null;
        var turn = _turns.GetOrAdd((rollout.Name.Namespace, group.Name), _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancel);
        return new Turn(turn);
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
