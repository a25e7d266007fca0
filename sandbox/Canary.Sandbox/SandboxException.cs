using System;

namespace Canary.Sandbox;

/// <summary>The sandbox cannot run here, or cannot do it, and says what to do about it.</summary>
internal sealed class SandboxException(string message, SandboxProblem kind = SandboxProblem.Failed) : Exception(message)
{
    public SandboxProblem Kind { get; } = kind;
}

/// <summary>What kind of thing is in the way.</summary>
internal enum SandboxProblem
{
    /// <summary>It could not be done.</summary>
    Failed,

    /// <summary>An object is not there.</summary>
    NotFound,

    /// <summary>No sandbox runs where it is looked for.</summary>
    Unreachable,
}
