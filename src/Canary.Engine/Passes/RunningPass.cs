using System;
using System.Threading;
using Canary.Core.Rollouts;

namespace Canary.Engine.Passes;

/// <summary>
/// A pass that is under way, and may be cut off by an abort or a deletion that it does not know of: a write that hangs must not keep the
/// traffic where it is. What was cut off may have been written, or be written later; the writes of what cut it off carry a higher sequence,
/// so that it is refused from then on.
/// </summary>
internal sealed class RunningPass : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _cut;
    private string? _known;
    private bool _knowsDeletion;
    private bool _isOver;

    public RunningPass(CancellationToken cancel)
    {
        _cut = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Token = _cut.Token;
    }

    /// <summary>Ends the pass.</summary>
    public CancellationToken Token { get; }

    /// <summary>An abort or a deletion cut it off.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The pass read this, and does itself what is asked.</summary>
    public void Know(RolloutRequest? request, bool isDeletionAsked)
    {
        lock (_gate) (_known, _knowsDeletion) = (request?.Id, isDeletionAsked);
    }

    /// <summary>A request is there. An abort that is not carried out yet, and that this pass has not read, cuts it off.</summary>
    /// <param name="request">As it is now.</param>
    /// <param name="handled">The request that the rollout's status says was answered last.</param>
    public void Hear(RolloutRequest? request, HandledRequest? handled)
    {
        if (request is { Action: RequestAction.Abort, Problem: null } && request.Id != handled?.Id) Cut(() => request.Id != _known);
    }

    /// <summary>A person deletes the Rollout. A pass that has not read that is cut off.</summary>
    public void HearDeletion() => Cut(() => !_knowsDeletion);

    public void Dispose()
    {
        // Whoever is about to cut it off still may.
        lock (_gate) _isOver = true;
        if (!IsCut) _cut.Dispose();
    }

    private void Cut(Func<bool> isNews)
    {
        lock (_gate)
        {
            if (_isOver || IsCut || !isNews()) return;
            IsCut = true;
        }

        _cut.Cancel();
    }
}
