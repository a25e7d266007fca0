using System;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Controller.Scheduling;

/// <summary>One time of leading: passes run under its token, and are counted, so that a graceful stop can wait for the last one.</summary>
internal sealed class LeadershipTerm : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private int _running;
    private bool _isClosed;

    /// <summary>Cancelled when the leadership is lost.</summary>
    public CancellationToken Token => _end.Token;

    /// <returns>False: no pass may begin any more.</returns>
    public bool TryEnter()
    {
        lock (_gate)
        {
            if (_isClosed) return false;
            _running++;
            return true;
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            _running--;
            if (_isClosed && _running == 0) _drained.TrySetResult();
        }
    }

    /// <summary>No pass begins any more; completes when the last one is done.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _isClosed = true;
            if (_running == 0) _drained.TrySetResult();
        }

        return _drained.Task;
    }

    /// <summary>Cuts the passes that still run off.</summary>
    public Task CutAsync() => _end.CancelAsync();

    public void Dispose() => _end.Dispose();
}
