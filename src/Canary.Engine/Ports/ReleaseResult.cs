using Canary.Core.Units;

namespace Canary.Engine.Ports;

/// <summary>How far the routes of a Rollout that is deleted were let go of.</summary>
/// <param name="Restored">What was written back, for people: <c>VirtualService shop/checkout route primary from 20 to 0</c>.</param>
/// <param name="Left">What was left as it is and never can be written, and why: it is gone, or another Rollout's.</param>
/// <param name="Refused">What could not be written now, and why; null: nothing. Worth another try.</param>
/// <param name="IsToLaterLeader">Another process leads: nothing else is to be written by this one.</param>
public sealed record ReleaseResult(EquatableArray<string> Restored, EquatableArray<string> Left, string? Refused, bool IsToLaterLeader)
{
    /// <summary>The term that the later leader's claim names; null: there is none.</summary>
    public long? Term { get; init; }
}
