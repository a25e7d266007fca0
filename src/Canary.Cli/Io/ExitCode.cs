namespace Canary.Cli.Io;

/// <summary>What the command says to scripts. Documented in the README and in <c>canary --help</c>.</summary>
internal enum ExitCode
{
    /// <summary>Done.</summary>
    Done = 0,

    /// <summary>Understood, and the answer is no: a refused request, a rollout that was rolled back, a file with errors.</summary>
    Failed = 1,

    /// <summary>The command line is wrong.</summary>
    Usage = 2,

    /// <summary>The object does not exist.</summary>
    NotFound = 3,

    /// <summary>The cluster cannot be reached, or does not allow it.</summary>
    Unreachable = 4,

    /// <summary>It did not happen in the time given.</summary>
    TimedOut = 5,

    /// <summary>An analysis was inconclusive: there was not enough to decide.</summary>
    Inconclusive = 6,

    /// <summary>An analysis got no usable answers.</summary>
    NoAnswers = 7,

    /// <summary>Ctrl-C, or the end of the program that reads its output, ended it.</summary>
    Interrupted = 130,
}
