using System;
using Canary.Core.Units;

namespace Canary.Core.Placebo;

/// <summary>A rollout that never was: some pods of stable as the canary, and the others as stable.</summary>
/// <param name="At">When it begins.</param>
/// <param name="Round">Number of the draw. The rollouts of one draw follow each other and do not overlap.</param>
/// <param name="Canary">The pods of the canary, in the order in which it gets them.</param>
/// <param name="Stable">The pods of stable.</param>
public sealed record PlaceboRollout(DateTimeOffset At, int Round, EquatableArray<string> Canary, EquatableArray<string> Stable);
