namespace Canary.Kubernetes.Api;

/// <summary>One of the causes of a refusal.</summary>
public sealed record StatusCause(string Field, string Reason, string Message);
