using Canary.Core.Units;

namespace Canary.Kubernetes.Traffic;

/// <summary>The routes of one object in the Rollout's namespace.</summary>
/// <param name="Kind">Its kind, such as <c>HTTPRoute</c>.</param>
/// <param name="Name">Name of the object.</param>
/// <param name="Rules">Names of its routes; empty: each route that has both sides.</param>
public sealed record RouteReference(string Kind, string Name, EquatableArray<string> Rules);
