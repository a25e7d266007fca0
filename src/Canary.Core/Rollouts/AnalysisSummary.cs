using Canary.Core.Analysis;

namespace Canary.Core.Rollouts;

/// <summary>One analysis run of the rollout, in the Rollout's status.</summary>
/// <param name="Key">Which run.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="Message">The verdict in words, with its numbers; empty while there is nothing to say.</param>
public sealed record AnalysisSummary(RunKey Key, RunPhase Phase, string Message);
