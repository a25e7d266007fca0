using Canary.Core.Traffic;

namespace Canary.Core.Rollouts;

/// <summary>Header and mirror routes: wanted, and wanted before. Source: <c>status.managedRoutes</c>.</summary>
/// <param name="Desired">What the step in force asks for.</param>
/// <param name="Previous">What every route showed before that; what was desired, where nothing was shown and it may have been
/// sent. A route that shows neither was written by another client.</param>
public sealed record ManagedRoutesStatus(ManagedRoutes Desired, ManagedRoutes Previous)
{
    /// <summary>Nothing wanted, now or before.</summary>
    public static readonly ManagedRoutesStatus None = new(ManagedRoutes.None, ManagedRoutes.None);
}
