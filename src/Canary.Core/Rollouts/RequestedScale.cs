using System;

namespace Canary.Core.Rollouts;

/// <summary>How large a person asked the service of one workload to be.</summary>
/// <param name="Replicas">From 0. 0 lasts until the next request, or until somebody scales the workload up.</param>
/// <param name="By">Who asked; empty where it was not said.</param>
/// <param name="At">When.</param>
public sealed record RequestedScale(int Replicas, string By, DateTimeOffset At);
