using System;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Controller.Scheduling;

/// <summary>One time of leading: passes run under its token, and are counted, so that a graceful stop can wait for the last one.</summary>
internal sealed class LeadershipTerm : IDisposable
{
    private readonly CancellationTokenSource end = new();
    private readonly TaskCompletionSource drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private int running;
    private bool isClosed;

    /// <summary>Cancelled when the leadership is lost.</summary>
    public CancellationToken Token => end.Token;

    /// <returns>False: no pass may begin any more.</returns>
    public bool TryEnter()
    {
        lock (gate)
        {
            if (isClosed) return false;
            running++;
            return true;
        }
    }

    public void Leave()
    {
        lock (gate)
        {
            running--;
            if (isClosed && running == 0) drained.TrySetResult();
        }
    }

    /// <summary>No pass begins any more; completes when the last one is done.</summary>
    public Task CloseAsync()
    {
        lock (gate)
        {
            isClosed = true;
            if (running == 0) drained.TrySetResult();
        }

        return drained.Task;
    }

    /// <summary>Cuts the passes that still run off.</summary>
    public Task CutAsync() => end.CancelAsync();

    public void Dispose() => end.Dispose();
}
