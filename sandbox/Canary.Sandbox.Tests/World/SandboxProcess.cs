using System;
using System.Diagnostics;
using System.IO;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Sandbox.World.Programs;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.World;

/// <summary>The command <c>canary-sandbox</c> as a process of its own.</summary>
internal sealed class SandboxProcess : IAsyncDisposable
{
    private const int Terminate = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly Process _process;

    private SandboxProcess(Process process, string state) => (_process, State) = (process, state);

    /// <summary>The folder where it writes.</summary>
    public string State { get; }

    /// <summary>What sandbox.json says.</summary>
    public JsonObject Addresses { get; private set; } = [];

    /// <summary>Runs it until it is up.</summary>
    public static async Task<SandboxProcess> RunAsync(params string[] arguments)
    {
        if (ChildProgram.FindOnPath("prometheus") is null)
            throw new IgnoreException(
                "prometheus is not on the PATH, and the sandbox needs it. Run the tests with make test, or install it: apt-get install "
                    + "prometheus");
        var state = Directory.CreateTempSubdirectory("canary-sandbox-test").FullName;
        var sandbox = new SandboxProcess(Start(["run", "--no-controller", "--state", state, .. arguments]), state);
        var file = Path.Combine(state, "sandbox.json");
        var started = TimeProvider.System.GetTimestamp();
        while (!File.Exists(file) || (await File.ReadAllTextAsync(file)).Length == 0)
        {
            if (sandbox._process.HasExited || TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                sandbox._process.Kill(true);
                Assert.Fail($"the sandbox did not start: {await sandbox._process.StandardError.ReadToEndAsync()}");
            }

            await Task.Delay(50);
        }

        await Task.Delay(50);
        sandbox.Addresses = JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject();
        return sandbox;
    }

    /// <summary>Runs one of its commands to the end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> CommandAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience);
        return (process.ExitCode, await output, await error);
    }

    public static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    public void Kill() => _process.Kill();

    /// <summary>Asks it to end, as Ctrl-C or a service manager does.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", [$"-{Terminate}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await TerminateAsync();
        _process.Dispose();
        Directory.Delete(State, true);
    }

    private static Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(ChildProgram).Assembly.Location);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
