using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Canary.Cli.Commands;
using Canary.Cli.Io;
using Canary.Usage;

namespace Canary.Cli;

/// <summary>Reads a command line and carries it out.</summary>
internal static class CommandLine
{
    private const string Name = "canary";

    /// <summary>As the overload with a token; Ctrl-C ends it.</summary>
    public static Task<int> RunAsync(IReadOnlyList<string> args, CommandIo io) =>
        RunAsync(args, io, CancellationToken.None);

    /// <summary>The exit code. A line that cannot be read does nothing: its help is printed, and below it everything that is
    /// wrong.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CommandIo io, CancellationToken cancel)
    {
        try
        {
            var parsed = RootCommands.Create(io).Parse(args, UsageErrors.Reading);
            if (UsageErrors.Find(parsed, Name) is { Count: > 0 } errors)
            {
                await UsageErrors.TellAsync(parsed, errors, Name, io.Error, cancel);
                return (int)ExitCode.Usage;
            }

            var printing = new InvocationConfiguration
            {
                Output = io.Output,
                Error = io.Error,
                EnableDefaultExceptionHandler = false
            };
            return await parsed.InvokeAsync(printing, cancel);
        }
        catch (OperationCanceledException)
        {
            return (int)ExitCode.Interrupted;
        }
        catch (InputFileException unreadable)
        {
            await io.Error.WriteLineAsync($"error: {unreadable.Message}");
            return (int)ExitCode.Usage;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            await io.Error.WriteLineAsync($"error: {problem.Message}");
            return (int)ExitCode.Failed;
        }
        catch (Exception problem)
        {
            await UnexpectedFailure.TellAsync(problem, io.Error);
            return (int)ExitCode.Failed;
        }
    }
}
