namespace Canary.Sandbox.Commands;

/// <summary>What the command says to scripts: the numbers of <c>canary</c>, as far as they concern it.</summary>
internal enum SandboxExitCode
{
    /// <summary>Done.</summary>
    Done = 0,

    /// <summary>It could not be done, or a version of the demo did not end as it should.</summary>
    Failed = 1,

    /// <summary>The command line is wrong.</summary>
    Usage = 2,

    /// <summary>The object does not exist.</summary>
    NotFound = 3,

    /// <summary>No sandbox or cluster can be reached, or it does not allow it.</summary>
    Unreachable = 4,

    /// <summary>Ctrl-C ended it, as a shell has it.</summary>
    Interrupted = 130,
}
