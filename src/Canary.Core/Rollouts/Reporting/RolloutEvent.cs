namespace Canary.Core.Rollouts.Reporting;

/// <summary>An event for people.</summary>
/// <param name="Reason">One word in CamelCase, as in Kubernetes Events.</param>
/// <param name="Message">The sentence.</param>
/// <param name="IsWarning">Warning rather than Normal.</param>
public sealed record RolloutEvent(string Reason, string Message, bool IsWarning);
