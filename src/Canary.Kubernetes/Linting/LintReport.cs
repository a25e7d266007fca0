using System.Collections.Generic;

namespace Canary.Kubernetes.Linting;

/// <summary>What a check of files found, and how much it looked at.</summary>
/// <param name="Findings">Everything that is wrong, in the order of the files and lines.</param>
/// <param name="Checked">Objects that were checked.</param>
/// <param name="Skipped">What was not checked, and why.</param>
public sealed record LintReport(IReadOnlyList<LintFinding> Findings, int Checked, IReadOnlyList<LintSkip> Skipped);

/// <summary>Objects, or files, that were not checked.</summary>
/// <param name="What">Their kind: <c>Service</c>; or <c>file</c>.</param>
/// <param name="Count">How many.</param>
/// <param name="Reason">Why.</param>
public sealed record LintSkip(string What, int Count, string Reason);

/// <summary>A file to check.</summary>
/// <param name="File">Its name, for messages.</param>
/// <param name="Text">What stands in it: YAML or JSON, one document or many.</param>
public sealed record LintSource(string File, string Text);
