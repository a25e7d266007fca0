using System.Collections.Generic;

namespace Canary.Kubernetes.Linting;

/// <summary>What a check of files found, and how much it looked at.</summary>
/// <param name="Findings">Everything that is wrong, in the order of the files and lines.</param>
/// <param name="Checked">Objects that were checked.</param>
/// <param name="Skipped">What was not checked, and why.</param>
public sealed record LintReport(IReadOnlyList<LintFinding> Findings, int Checked, IReadOnlyList<LintSkip> Skipped);
