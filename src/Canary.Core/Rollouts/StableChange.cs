using System;

namespace Canary.Core.Rollouts;

/// <summary>Somebody else changed the pod template of stable's workload.</summary>
/// <param name="Expected">The revision that stable is to run: the one that was promoted last or, while a rollout is under way, the one that
/// it began with.</param>
/// <param name="Revision">The revision that it runs.</param>
/// <param name="By">The field manager that changed the template last, and how: <c>argocd-controller (Apply)</c>; empty where it is not
/// known.</param>
/// <param name="At">When it did; null: not known.</param>
public sealed record StableChange(string Expected, string Revision, string By, DateTimeOffset? At);
