using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>The canary's weight: wanted, wanted before, and shown by the routes.</summary>
/// <param name="Desired">What the step in force asks for.</param>
/// <param name="Previous">What was desired before that: a route that shows neither was written by another client.</param>
/// <param name="Applied">What every route object shows; null where they differ or cannot be read.</param>
public sealed record WeightStatus(Weight Desired, Weight Previous, Weight? Applied)
{
    /// <summary>Nothing wanted, nothing known.</summary>
    public static readonly WeightStatus None = new(Weight.Zero, Weight.Zero, null);
}
