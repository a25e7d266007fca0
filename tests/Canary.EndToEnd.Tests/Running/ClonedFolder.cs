using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests.Running;

/// <summary>A folder that looks like a clone after <c>make publish</c>, with a home of its own, in which <c>make sandbox</c>
/// runs.</summary>
internal sealed class ClonedFolder : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("canary-clone-").FullName;
    private RunningCommand? _sandbox;

    public ClonedFolder()
    {
        foreach (var name in new[] { "artifacts", "deploy", "analysis-templates" })
            Directory.CreateSymbolicLink(Path.Combine(_folder, name), Path.Combine(Commands.Root(), name));
    }

    public string Output => _sandbox?.Output ?? "";

    /// <summary>What <c>make sandbox</c> starts, in this folder.</summary>
    public async Task StartSandboxAsync(CancellationToken cancel)
    {
        _sandbox = RunningCommand.Start("/bin/bash", ["-c", $"cd '{_folder}' && exec '{Commands.Find("canary")}' sandbox run"]);
        for (var tries = 0; !File.Exists(Path.Combine(_folder, ".sandbox", "sandbox.json")); tries++)
        {
            if (_sandbox.HasEnded || tries > 900) Assert.Fail($"the sandbox did not start:\n{_sandbox.Output}");
            await Task.Delay(100, cancel);
        }
    }

    /// <summary>Types these lines into a shell that stands in the folder; fails with all that was printed where one of them
    /// fails.</summary>
    public async Task<string> TypeAsync(IEnumerable<string> lines, TimeSpan limit, CancellationToken cancel)
    {
        Commands.RequireKubectl();
        await using var shell = RunningCommand.Start("/bin/bash",
            ["-euo", "pipefail", "-c", $"cd '{_folder}'\nexport HOME=\"$PWD\"\nset -x\n{string.Join('\n', lines)}"]);
        Assert.That(await shell.WaitAsync(limit, cancel), Is.Zero, $"{shell.Output}\n--- sandbox\n{Output}\n--- controller\n{Log()}");
        return shell.Output;
    }

    public async ValueTask DisposeAsync()
    {
        if (_sandbox is not null) await _sandbox.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private string Log() =>
        File.Exists(Path.Combine(_folder, ".sandbox", "controller.log"))
        ? File.ReadAllText(Path.Combine(_folder, ".sandbox", "controller.log")) : "";
}
