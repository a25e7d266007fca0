using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text.RegularExpressions;
using System.Threading.Tasks;

namespace Canary.Controller.Tests.Process;

/// <summary>The controller as a process of its own.</summary>
internal sealed class ControllerRun : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly System.Diagnostics.Process _process;
    private readonly ConcurrentQueue<string> _log = new();
    private readonly HttpClient _http = new();

    public ControllerRun(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "canary-controller.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("CANARY_", StringComparison.Ordinal)
            || name == "KUBECONFIG").ToList())
            start.Environment.Remove(name);
        _process = System.Diagnostics.Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        _process.BeginErrorReadLine();
    }

    public string Log => string.Join('\n', _log);

    /// <summary>Starts it against this API server.</summary>
    public static ControllerRun Against(string server, string folder, params string[] more)
    {
        var config = Path.Combine(folder, "config");
        File.WriteAllText(config, $"""
            apiVersion: v1
            kind: Config
            current-context: test
            clusters: [ {"{"} name: test, cluster: {"{"} server: "{server}" {"}"} {"}"} ]
            contexts: [ {"{"} name: test, context: {"{"} cluster: test, user: test {"}"} {"}"} ]
            users: [ {"{"} name: test, user: {"{"} {"}"} {"}"} ]
            """);
        return new ControllerRun(["run", "--kubeconfig", config, "--metrics-address", "127.0.0.1:0", "--identity", "tested", .. more]);
    }

    public Task<string> OutputAsync() => _process.StandardOutput.ReadToEndAsync();

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public void Terminate() => System.Diagnostics.Process.Start("kill", ["-TERM", $"{_process.Id}"]).WaitForExit();

    /// <summary>Code and text of a page; the address is the one that the process logs.</summary>
    public async Task<(int Code, string Text)> GetAsync(string path)
    {
        await UntilAsync(() => Task.FromResult(Log.Contains("are served on", StringComparison.Ordinal)));
        var address = Regex.Match(Log, @"are served on (\S+)").Groups[1].Value;
        using var answer = await _http.GetAsync(new Uri(address + path));
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>The page of metrics as it is answered to who accepts this.</summary>
    public async Task<(string? MediaType, string Page)> ScrapeAsync(string accept)
    {
        await UntilAsync(() => Task.FromResult(Log.Contains("are served on", StringComparison.Ordinal)));
        using var request = new HttpRequestMessage(HttpMethod.Get, Regex.Match(Log, @"are served on (\S+)").Groups[1].Value + "/metrics");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var answer = await _http.SendAsync(request);
        return (answer.Content.Headers.ContentType?.MediaType, await answer.Content.ReadAsStringAsync());
    }

    public async Task UntilAsync(Func<Task<bool>> isSo)
    {
        var started = Stopwatch.StartNew();
        while (!await isSo())
        {
            if (started.Elapsed > Patience || _process.HasExited) throw new TimeoutException($"it did not come about; the log:\n{Log}");
            await Task.Delay(50);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }
}
