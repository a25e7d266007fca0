using System;

namespace Canary.Core.Rollouts;

/// <summary>How steadily the canary was ready in this attempt. Source: <c>status.canaryReadiness</c>.</summary>
/// <param name="Losses">Times that it lost all its ready pods while it carried traffic or was analysed before the first step.</param>
/// <param name="ReadyPods">Ready pods when all that it asks for were last ready; 0: not since the last loss, or never.</param>
/// <param name="Step">Index of the step that <paramref name="UnreadyBefore"/> belongs to.</param>
/// <param name="UnreadyBefore">How long it was unready in this step, without the time since <paramref name="UnreadySince"/>.</param>
/// <param name="UnreadySince">Since when it is unready; null: it is not, or that is not charged now. Time that nobody watched moves it
/// forward.</param>
/// <param name="ObservedAt">Up to when it is known that somebody watched since <paramref name="UnreadySince"/>; null: no longer than
/// that.</param>
public sealed record CanaryReadiness(int Losses, int ReadyPods, int Step, TimeSpan UnreadyBefore, DateTimeOffset? UnreadySince,
    DateTimeOffset? ObservedAt)
{
    /// <summary>Nothing is known of a canary yet.</summary>
    public static readonly CanaryReadiness None = new(0, 0, 0, TimeSpan.Zero, null, null);
}
