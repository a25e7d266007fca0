using System;
using Canary.Core.Rollouts.Evaluating;
using Canary.Engine.Ports;

namespace Canary.Engine.Passes;

/// <summary>How one pass over a rollout ended, and when the next one is due.</summary>
public abstract record PassResult
{
    private PassResult() { }

    /// <summary>Everything that was decided is saved, and what could be carried out was.</summary>
    /// <param name="Rollout">The Rollout with the status that it has now.</param>
    /// <param name="Situation">What was recognised.</param>
    /// <param name="WakeAt">When to look again; null: only when something happens.</param>
    public sealed record Done(RolloutSnapshot Rollout, Situation Situation, DateTimeOffset? WakeAt) : PassResult;

    /// <summary>Somebody wrote between our read and our write. Nothing of this pass counts; the next one reads everything again.</summary>
    public sealed record Overtaken(DateTimeOffset WakeAt) : PassResult;

    /// <summary>A status could not be saved. The host tries again with back-off.</summary>
    /// <param name="Reason">Which object, and what the server said.</param>
    public sealed record Failed(string Reason) : PassResult;

    /// <summary>The Rollout is being deleted, and its traffic is not back at stable yet.</summary>
    /// <param name="Rollout">The Rollout with the status that it has now.</param>
    /// <param name="WakeAt">When to try again.</param>
    public sealed record Deleting(RolloutSnapshot Rollout, DateTimeOffset WakeAt) : PassResult;

    /// <summary>The Rollout is not there any more.</summary>
    public sealed record Gone : PassResult;

    /// <summary>Another process leads: stop.</summary>
    public sealed record NotLeading : PassResult;
}
