using System;
using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>A revision that ended, with the outcome, the reason and the evidence.</summary>
/// <param name="Attempt">Which attempt of this revision it was, from 1.</param>
public sealed record HistoryEntry(
    string Revision,
    RolloutOutcome Outcome,
    DateTimeOffset StartedAt,
    DateTimeOffset EndedAt,
    Weight HighestWeight,
    string Reason,
    EquatableArray<string> Evidence,
    int Attempt = 1);
