namespace Canary.Kubernetes.Linting;

/// <summary>Objects, or files, that were not checked.</summary>
/// <param name="What">Their kind: <c>Service</c>; or <c>file</c>.</param>
/// <param name="Count">How many.</param>
/// <param name="Reason">Why.</param>
public sealed record LintSkip(string What, int Count, string Reason);
