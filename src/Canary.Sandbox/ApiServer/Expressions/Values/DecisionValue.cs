namespace Canary.Sandbox.ApiServer.Expressions.Values;

/// <summary>Whether somebody may do something, and why.</summary>
internal sealed record DecisionValue(bool IsAllowed, string Reason);
