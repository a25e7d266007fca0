namespace Canary.Kubernetes.Linting;

/// <summary>A file to check.</summary>
/// <param name="File">Its name, for messages.</param>
/// <param name="Text">What stands in it: YAML or JSON, one document or many.</param>
public sealed record LintSource(string File, string Text);
