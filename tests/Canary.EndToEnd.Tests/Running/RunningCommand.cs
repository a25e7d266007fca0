using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.EndToEnd.Tests.Running;

/// <summary>A process that a test started, and stops by its id.</summary>
internal sealed partial class RunningCommand : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Process _process;

    private RunningCommand(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Everything that it printed, both streams.</summary>
    public string Output => string.Join('\n', _lines);

    public static RunningCommand Start(string path, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start =
            new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return new RunningCommand(new Process { StartInfo = start });
    }

    public void Send(Signal signal)
    {
        if (!_process.HasExited && SendSignal(_process.Id, (int)signal) != 0)
            throw new InvalidOperationException($"signal {signal} to {_process.Id}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    public async Task<int> WaitAsync(TimeSpan limit, CancellationToken cancel)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        time.CancelAfter(limit);
        await _process.WaitForExitAsync(time.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Send(Signal.Continue);
            Send(Signal.Terminate);
            try
            {
                await WaitAsync(TimeSpan.FromSeconds(20),
                    CancellationToken.None); // the clean-up of a cancelled test must still be finished
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync(CancellationToken.None); // as above
            }
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        _lines.Enqueue(line);
        while (_lines.Count > 2_000 && _lines.TryDequeue(out string? _)) { }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
