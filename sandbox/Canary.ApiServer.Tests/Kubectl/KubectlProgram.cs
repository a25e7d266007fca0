using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.ApiServer.Tests.Kubectl;

/// <summary>What a command printed, and how it ended.</summary>
internal sealed record KubectlAnswer(int ExitCode, string Output, string Errors)
{
    public IReadOnlyList<string> Lines => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.TrimEnd())];
}

/// <summary>Runs the real kubectl with a home of its own, so that no cache of another server is in the way.</summary>
internal sealed class KubectlProgram(string home, string kubeconfig)
{
    public static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, "kubectl"))
        .FirstOrDefault(File.Exists);

    public async Task<KubectlAnswer> RunAsync(string? input, CancellationToken cancel, params string[] arguments)
    {
        using var process = Start(arguments);
        if (input is not null)
            await process.StandardInput.WriteAsync(input.AsMemory(), cancel);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var errors = process.StandardError.ReadToEndAsync(cancel);
        try
        {
            await process.WaitForExitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }

        return new KubectlAnswer(process.ExitCode, await output, await errors);
    }

    /// <summary>Starts a command that runs until it is stopped, and reads lines until there are enough.</summary>
    public async Task<IReadOnlyList<string>> FollowAsync(int lineCount, Func<Task> meanwhile, CancellationToken cancel,
        params string[] arguments)
    {
        using var process = Start(arguments);
        var lines = new List<string>();
        try
        {
            var isTold = false;
            while (lines.Count < lineCount && await process.StandardOutput.ReadLineAsync(cancel) is { } line)
            {
                lines.Add(line.TrimEnd());
                if (lines.Count == 2 && !isTold)
                {
                    isTold = true;
                    await meanwhile();
                }
            }
        }
        finally
        {
            process.Kill();
        }

        return lines;
    }

    private Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo("kubectl")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["HOME"] = home;
        start.Environment["KUBECONFIG"] = kubeconfig;
        start.Environment["KUBE_EDITOR"] = "sed -i s/paused:.false/paused:\\ true/";
        return Process.Start(start) ?? throw new InvalidOperationException("kubectl did not start");
    }
}
