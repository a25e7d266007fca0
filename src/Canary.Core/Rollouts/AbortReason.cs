namespace Canary.Core.Rollouts;

/// <summary>Kinds of <see cref="Abort"/>.</summary>
public enum AbortReason
{
    /// <summary>An analysis run failed; or it was inconclusive, or went without answers past its error budget, and its policy takes the
    /// canary back for that.</summary>
    AnalysisFailed,

    /// <summary>An alert that a rule of the spec names fires.</summary>
    AlertFiring,

    /// <summary>A person asked for it.</summary>
    Request,

    /// <summary>The progress deadline passed while waiting for pods or for a route.</summary>
    DeadlineExceeded,

    /// <summary>The canary lost its ready pods while it carried traffic, as often as <c>unreadyLimit</c> says, or for longer in a step than
    /// the deadline allows.</summary>
    CanaryUnready,

    /// <summary>The canary's share of the requests stays off its weight, and <c>onTrafficMismatch</c> is abort.</summary>
    TrafficMismatch,

    /// <summary>Another Rollout of its group was rolled back, and the group promotes together.</summary>
    MemberRolledBack,
}
