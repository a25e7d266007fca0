using System;
using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>A revision that ended, with the outcome, the reason and the evidence.</summary>
public sealed record HistoryEntry(
    string Revision,
    RolloutOutcome Outcome,
    DateTimeOffset StartedAt,
    DateTimeOffset EndedAt,
    Weight HighestWeight,
    string Reason,
    EquatableArray<string> Evidence);
