using System;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Canary.Providers.Tests.Metrics;

/// <summary>Debian's prometheus, scraping itself, in a folder of its own.</summary>
internal sealed class RealPrometheus : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private RealPrometheus(Process process, string folder, string address) => (_process, _folder, Address) = (process, folder, address);

    public string Address { get; }

    /// <param name="rules">Alerting rules in YAML, evaluated each second; empty: none.</param>
    /// <param name="flags">Further flags.</param>
    public static async Task<RealPrometheus> StartAsync(string rules = "", params string[] flags)
    {
        var binary = Array.Find(
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), folder => File.Exists(Path.Combine(folder, "prometheus")));
        if (binary is null)
            throw new IgnoreException("prometheus is not on the PATH. Run make test, or install it: apt-get install prometheus");
        var folder = Directory.CreateTempSubdirectory("canary-prometheus-").FullName;
        var port = FreePort();
        await File.WriteAllTextAsync(Path.Combine(folder, "prometheus.yml"), $$"""
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: [{{folder}}/rules.yml]
            scrape_configs: [{ job_name: self, static_configs: [{ targets: ["127.0.0.1:{{port}}"] }] }]
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "rules.yml"), rules);
        string[] arguments =
            [$"--config.file={folder}/prometheus.yml", $"--storage.tsdb.path={folder}/tsdb", $"--web.listen-address=127.0.0.1:{port}",
                "--log.level=error", .. flags];
        var process = Process.Start(new ProcessStartInfo(Path.Combine(binary, "prometheus"), arguments) { RedirectStandardError = true })!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        var prometheus = new RealPrometheus(process, folder, $"http://127.0.0.1:{port}");
        await prometheus.UntilAsync("/-/ready", static _ => true);
        await prometheus.UntilAsync("/api/v1/query?query=up", static body => body.Contains("\"1\"", StringComparison.Ordinal));
        return prometheus;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task UntilAsync(string path, Func<string, bool> isSeen)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(30); await Task.Delay(50))
        {
            if (_process.HasExited) throw new InvalidOperationException($"prometheus ended with {_process.ExitCode}");
            try
            {
                using var response = await client.GetAsync(Address + path);
                if (response.IsSuccessStatusCode && isSeen(await response.Content.ReadAsStringAsync())) return;
            }
            catch (HttpRequestException)
            {
                // Not up yet.
            }
        }

        throw new TimeoutException($"prometheus was not ready within 30 s ({path})");
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
