using System.CommandLine;
using Canary.Cli.Io;

namespace Canary.Cli.Commands;

/// <summary>The whole command line.</summary>
internal static class RootCommands
{
    private const string Text = """
        Progressive delivery for Kubernetes: releases a new version a little at a time, watches its metrics, promotes it or rolls it back.

        Exit codes: 0 done; 1 the answer is no (refused, rolled back, errors found); 2 wrong command line; 3 not found; 4 cluster not reachable
        or not allowed; 5 not within the time given; 6 analysis inconclusive; 7 analysis without usable answers;
        130 interrupted.
        """;

    public static RootCommand Create(CommandIo io)
    {
        var root = new RootCommand(Text);
        root.Subcommands.Add(GetCommand.Create(io));
        root.Subcommands.Add(StatusCommand.Create(io));
        root.Subcommands.Add(HistoryCommand.Create(io));
        root.Subcommands.Add(WaitCommand.Create(io));
        foreach (var command in RequestCommands.Create(io)) root.Subcommands.Add(command);
        root.Subcommands.Add(LintCommand.Create(io));
        root.Subcommands.Add(MigrateCommand.Create(io));
        root.Subcommands.Add(AnalyzeCommand.Create(io));
        root.Subcommands.Add(BacktestCommand.Create(io));
        root.Subcommands.Add(PlanCommand.Create(io));
        root.Subcommands.Add(UninstallCommand.Create(io));
        root.Subcommands.Add(Described("controller", "Run the controller (canary controller --help)"));
        root.Subcommands.Add(Described("sandbox",
            "Run the sandbox: an API server, workloads, a mesh, load and Prometheus in one process (canary sandbox --help)"));
        root.Subcommands.Add(Described("demo", "Three releases in the sandbox, live, in about two minutes (canary demo --help)"));
        return root;
    }

    // Only for the help page: SiblingExecutable takes these words before the command line is parsed.
    private static Command Described(string name, string description) => new(name, description);
}
