namespace Canary.Kubernetes.Linting;

/// <summary>One thing that is wrong in a file.</summary>
/// <param name="File">As it was given.</param>
/// <param name="Line">From 1.</param>
/// <param name="Subject">The object: <c>Rollout shop/checkout</c>; empty where there is none.</param>
/// <param name="Path">The field; empty for the whole document.</param>
/// <param name="Message">What was found and what is allowed.</param>
public sealed record LintFinding(string File, int Line, string Subject, string Path, string Message)
{
    /// <summary>It would be accepted, and may not do what was meant.</summary>
    public bool IsWarning { get; init; }

    /// <summary><c>file:line: object: path: message</c>; a warning says so before the object.</summary>
    public override string ToString() =>
        $"{File}:{Line}: {(IsWarning ? "warning: " : "")}{(Subject.Length == 0 ? "" : Subject + ": ")}"
            + $"{(Path.Length == 0 ? "" : Path + ": ")}{Message}";
}
