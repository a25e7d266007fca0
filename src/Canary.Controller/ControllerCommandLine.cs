using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Controller.Monitoring;
using Canary.Controller.Options;
using Canary.Controller.Web;
using Canary.Kubernetes.Api.Configuration;

namespace Canary.Controller;

/// <summary>Reads a command line and carries it out. What is wrong with it stands last, each error in a line of its own.</summary>
internal static class ControllerCommandLine
{
    private const int Done = 0;
    private const int Failed = 1;
    private const int Misused = 2;

    /// <param name="args">The command line.</param>
    /// <param name="environment">Environment variables, which stand in for options.</param>
    /// <param name="output">Help and version.</param>
    /// <param name="error">What is wrong.</param>
    /// <param name="run">Runs the controller until it is told to stop.</param>
    /// <param name="cancel">Tells it to stop.</param>
    /// <returns>0 stopped as asked, 1 stopped by an error, 2 options that cannot be used.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args,
        IReadOnlyDictionary<string, string> environment,
        TextWriter output,
        TextWriter error,
        Func<ControllerOptions, CancellationToken, Task<int>> run,
        CancellationToken cancel)
    {
        if (args.Any(word => word is "--help" or "-h" or "help"))
        {
            await output.WriteAsync(OptionTable.Help());
            return Done;
        }

        if (args is ["--version"] or ["version"])
        {
            await output.WriteLineAsync(ProcessMetrics.Version);
            return Done;
        }

        if (args is not ["run", ..])
        {
            var found = args.Count == 0 ? "no command" : OptionReader.Quote(args[0]);
            return await TellAsync(error, [$"found {found}, expected: canary-controller run"]);
        }

        var (options, errors) = OptionReader.Read([.. args.Skip(1)], environment);
        if (options is null) return await TellAsync(error, errors);
        try
        {
            return await run(options, cancel);
        }
        catch (KubeConfigException wrong)
        {
            await error.WriteLineAsync($"error: {wrong.Message}");
            return Misused;
        }
        catch (ListenException taken)
        {
            await error.WriteLineAsync($"error: {taken.Message}");
            return Failed;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return Done;
        }
    }

    private static async Task<int> TellAsync(TextWriter error, IReadOnlyList<string> errors)
    {
        await error.WriteLineAsync("canary-controller run [options]; canary-controller --help shows every option");
        foreach (var one in errors) await error.WriteLineAsync($"error: {one}");
        return Misused;
    }
}
