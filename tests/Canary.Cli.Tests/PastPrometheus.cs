using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Canary.Cli.Tests;

/// <summary>Debian's prometheus over a past that a test wrote, in a folder of its own.</summary>
internal sealed class PastPrometheus : IAsyncDisposable
{
    private readonly Process _process;

    private PastPrometheus(Process process, string folder, string address) => (_process, Folder, Address) = (process, folder, address);

    public string Address { get; }

    public string Folder { get; }

    /// <param name="openMetrics">The past, without its end mark.</param>
    public static async Task<PastPrometheus> StartAsync(string openMetrics)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        if (!path.Any(one => File.Exists(Path.Combine(one, "prometheus"))) || !path.Any(one => File.Exists(Path.Combine(one, "promtool"))))
            throw new IgnoreException(
                "prometheus or promtool is not on the PATH. Run the tests with make test, or install both: apt-get install prometheus");
        var folder = Directory.CreateTempSubdirectory("canary-past-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "past.txt"), openMetrics + "# EOF\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "prometheus.yml"), "global: {}\n");
        using (var tool = Process.Start(new ProcessStartInfo("promtool",
            ["tsdb", "create-blocks-from", "openmetrics", Path.Combine(folder, "past.txt"), Path.Combine(folder, "data")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!)
        {
            var error = tool.StandardError.ReadToEndAsync();
            await tool.StandardOutput.ReadToEndAsync();
            await tool.WaitForExitAsync();
            Assert.That(tool.ExitCode, Is.Zero, await error);
        }

        string address;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
        }

        var process = Process.Start(new ProcessStartInfo("prometheus",
        [
            $"--config.file={folder}/prometheus.yml", $"--storage.tsdb.path={folder}/data",
            $"--web.listen-address={address["http://".Length..]}", "--storage.tsdb.retention.time=100y", "--log.level=error",
        ]))!;
        var prometheus = new PastPrometheus(process, folder, address);
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        for (var tries = 0; ; tries++, await Task.Delay(50))
        {
            if (tries > 600 || process.HasExited) throw new InvalidOperationException("prometheus did not become ready");
            try
            {
                if ((await client.GetAsync($"{address}/-/ready")).IsSuccessStatusCode) return prometheus;
            }
            catch (HttpRequestException)
            {
                // Not up yet.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
