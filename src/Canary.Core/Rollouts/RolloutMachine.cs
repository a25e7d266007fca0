using System;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Core.Rollouts;

/// <summary>Decides what happens next with a rollout. Pure: the same arguments, the same decision.</summary>
public static class RolloutMachine
{
    /// <summary>The next status, and what is to be done.</summary>
    /// <param name="spec">The spec as it was read; null where it has errors.</param>
    /// <param name="errors">What is wrong with it; empty where <paramref name="spec"/> is given.</param>
    /// <param name="status">The status that the last evaluation left.</param>
    /// <param name="seen">The world.</param>
    /// <param name="now">UTC.</param>
    public static Decision Decide(RolloutSpec? spec, EquatableArray<SpecError> errors, RolloutStatus status, Observation seen, DateTimeOffset now) =>
        throw new NotImplementedException();
}
