using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Linting;

namespace Canary.Cli.Output;

/// <summary>What a check of files looked at, and what it found.</summary>
internal static class LintSummary
{
    /// <summary>One line: <c>3 files: 2 objects checked, 3 skipped (2 Deployment, 1 Service: not of Canary), 0 errors, 1
    /// warning</c>.</summary>
    /// <param name="files">Files that were read.</param>
    /// <param name="report">What was looked at.</param>
    /// <param name="findings">Everything that was found, by queries too.</param>
    public static string Line(int files, LintReport report, IReadOnlyList<LintFinding> findings)
    {
        var (warnings, errors) = (findings.Count(finding => finding.IsWarning), findings.Count(finding => !finding.IsWarning));
        var skipped = report.Skipped.Sum(skip => skip.Count);
        var why = string.Join("; ", report.Skipped.GroupBy(skip => skip.Reason)
            .Select(same => $"{string.Join(", ", same.GroupBy(skip => skip.What).Select(Skipped))}: {same.Key}"));
        return $"{Count(files, "file")}: {Count(report.Checked, "object")} checked, {(skipped > 0 ? $"{skipped} skipped ({why}), " : "")}"
            + $"{Count(errors, "error")}{(warnings > 0 ? $", {Count(warnings, "warning")}" : "")}";
    }

    private static string Skipped(IGrouping<string, LintSkip> kind) =>
        kind.Key == "file" ? Count(kind.Sum(skip => skip.Count), "file") : $"{kind.Sum(skip => skip.Count)} {kind.Key}";

    /// <summary>All of it, for programs.</summary>
    public static JsonObject Document(LintReport report, IReadOnlyList<LintFinding> findings) => new()
    {
        ["errors"] = AsList(findings.Where(finding => !finding.IsWarning)),
        ["warnings"] = AsList(findings.Where(finding => finding.IsWarning)),
        ["checked"] = report.Checked,
        ["skipped"] = new JsonArray(
            [.. report.Skipped.Select(skip => new JsonObject { ["kind"] = skip.What, ["count"] = skip.Count, ["reason"] = skip.Reason })]),
    };

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private static JsonArray AsList(IEnumerable<LintFinding> findings) => new([.. findings.Select(finding => new JsonObject
    {
        ["file"] = finding.File,
        ["line"] = finding.Line,
        ["object"] = finding.Subject,
        ["path"] = finding.Path,
        ["message"] = finding.Message,
    })]);
}
