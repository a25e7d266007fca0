using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Sandbox.World.Programs;

/// <summary>A program that the sandbox starts and that must not outlive it.</summary>
/// <remarks>
/// On Linux <c>setpriv --pdeathsig</c> ends it even when the sandbox is killed. The kernel means the death of the thread that forked, so
/// the program is
/// started on a thread of its own that lives until the program ends. It gets a session of its own (<c>setsid</c>): Ctrl-C is for the
/// sandbox, which then
/// stops its programs in order.
/// </remarks>
internal sealed class ChildProgram : IAsyncDisposable
{
    private const int Terminate = 15;
    private const int LinesKept = 20;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly StreamWriter _output;
    private readonly Queue<string> _lastLines = [];
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProgram(string name, Process process, string logFile)
    {
        (Name, _process) = (name, process);
        _output = new StreamWriter(logFile) { AutoFlush = true };
    }

    public string Name { get; }

    public int Id { get; private set; }

    /// <summary>Ends with the exit code.</summary>
    public Task<int> Exited => _exited.Task;

    /// <summary>What it said last, for messages.</summary>
    public string LastLines
    {
        get
        {
            lock (_lastLines) return string.Join(Environment.NewLine, _lastLines);
        }
    }

    /// <exception cref="IOException">The program cannot be started.</exception>
    public static async Task<ChildProgram> StartAsync(string name, string file, IReadOnlyList<string> arguments, string logFile)
    {
        List<string> command = FindOnPath("setsid") is { } session && FindOnPath("setpriv") is { } guard
            ? [session, guard, "--pdeathsig", "TERM", "--", file, .. arguments]
            : [file, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true
        };
        var program = new ChildProgram(name, new Process { StartInfo = start }, logFile);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() => program.Live(started)) { IsBackground = true, Name = name }.Start();
        await started.Task;
        return program;
    }

    /// <summary>The full path of a program, or null where there is none of that name.</summary>
    public static string? FindOnPath(string program)
    {
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH")
            ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            var path = Path.Combine(folder, program);
            if (File.Exists(path)) return path;
        }

        return null;
    }

    /// <summary>Asks it to end, and makes it end after a while.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_exited.Task.IsCompleted && Signal(Id, Terminate) == 0)
        {
            await Task.WhenAny(_exited.Task, Task.Delay(Grace, CancellationToken.None));
        }

        if (!_exited.Task.IsCompleted) _process.Kill(true);
        await _exited.Task;
        _process.Dispose();
        await _output.DisposeAsync();
    }

    private void Live(TaskCompletionSource started)
    {
        try
        {
            _process.OutputDataReceived += (_, line) => Keep(line.Data);
            _process.ErrorDataReceived += (_, line) => Keep(line.Data);
            _process.Start();
        }
        catch (Exception problem) when (problem is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            started.SetException(new IOException($"{Name} cannot be started: {problem.Message}", problem));
            return;
        }

        Id = _process.Id;
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        started.SetResult();
        _process.WaitForExit();
        _exited.SetResult(_process.ExitCode);
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_lastLines)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > LinesKept) _lastLines.Dequeue();
            _output.WriteLine(line);
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Signal(int processId, int signal);
}
