namespace Canary.ApiServer.Expressions.Values;

/// <summary>Whether somebody may do something, and why.</summary>
internal sealed record DecisionValue(bool IsAllowed, string Reason);
