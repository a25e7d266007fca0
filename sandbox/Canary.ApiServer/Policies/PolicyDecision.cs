namespace Canary.ApiServer.Policies;

/// <summary>Something that a policy asks for does not hold.</summary>
internal sealed record PolicyDecision(string Message, string Reason);
