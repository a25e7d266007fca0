using System.Collections.Generic;
using Canary.Core.Validation;

namespace Canary.Kubernetes.Traffic;

/// <summary>The routes that a Rollout names in an object.</summary>
/// <param name="Routes">Those that can be written.</param>
/// <param name="Problems">Why others cannot.</param>
internal sealed record WeightedRoutes(IReadOnlyList<WeightedRoute> Routes, IReadOnlyList<SpecError> Problems);
