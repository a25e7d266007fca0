using System;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Decisions;

/// <summary>What one evaluation decides.</summary>
/// <param name="Situation">The situation that was recognised.</param>
/// <param name="Status">The next status; equal to the one given where nothing changed.</param>
/// <param name="Effects">What is to be done, in order, as levels: doing it twice is doing it once.</param>
/// <param name="WakeAt">When to look again if nothing happens before; null: only when something happens.</param>
/// <param name="Announcements">What to tell people; empty where nothing changed.</param>
public sealed record Decision(
    Situation Situation,
    RolloutStatus Status,
    EquatableArray<Effect> Effects,
    DateTimeOffset? WakeAt,
    EquatableArray<RolloutEvent> Announcements);
