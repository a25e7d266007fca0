using System.Collections.Generic;

namespace Canary.Kubernetes.Traffic;

/// <summary>What the controllers that obey a route say of it.</summary>
/// <param name="Awaited">Who has not looked at the route as it is now; null: nobody is waited for.</param>
/// <param name="Refusals">Why it, or its backends, are not accepted.</param>
internal sealed record ControllerStatus(string? Awaited, IReadOnlyList<string> Refusals)
{
    /// <summary>They say nothing: what the API server has counts.</summary>
    public static readonly ControllerStatus None = new(null, []);
}
