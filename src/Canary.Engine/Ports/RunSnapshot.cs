using System;
using Canary.Core.Analysis;

namespace Canary.Engine.Ports;

/// <summary>An AnalysisRun of a Rollout as it was read.</summary>
/// <param name="ObjectName">Name of the AnalysisRun, in the Rollout's namespace.</param>
/// <param name="CreatedAt"><c>metadata.creationTimestamp</c>.</param>
public sealed record RunSnapshot(RunKey Key, string ObjectName, string Uid, string ResourceVersion, DateTimeOffset CreatedAt, RunSpec Spec,
    RunStatus Status);
