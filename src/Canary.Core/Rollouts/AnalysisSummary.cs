using Canary.Core.Analysis;

namespace Canary.Core.Rollouts;

/// <summary>One analysis run of the rollout, in the Rollout's status.</summary>
/// <param name="Key">Which run.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="Message">The verdict in words, with its numbers; empty while it runs, so that a measurement alone changes no
/// Rollout.</param>
/// <param name="IsOverruled">A person promoted past it: its verdict holds nothing up and takes nothing back.</param>
public sealed record AnalysisSummary(RunKey Key, RunPhase Phase, string Message, bool IsOverruled = false);
