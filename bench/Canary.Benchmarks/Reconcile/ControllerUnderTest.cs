using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Canary.Sandbox.World.Programs;

namespace Canary.Benchmarks.Reconcile;

/// <summary>A controller as a process of its own, measured from outside.</summary>
internal sealed class ControllerUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    // USER_HZ: clock ticks a second in /proc, the same on every architecture that .NET runs on.
    private const double ClockTicks = 100;

    private readonly ChildProgram _program;
    private readonly Uri _address;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    private ControllerUnderTest(ChildProgram program, Uri address) => (_program, _address) = (program, address);

    public int Id => _program.Id;

    public static async Task<ControllerUnderTest> StartAsync(string path, BenchmarkWorld world, CancellationToken cancel)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort.Find()}");
        var program = await ChildProgram.StartAsync(
            "canary-controller", path,
            [
                "run", "--kubeconfig", world.Kubeconfig, "--prometheus", world.Prometheus.ToString().TrimEnd('/'),
                "--metrics-address", address.Authority, "--template-addresses", "*,127.0.0.1,::1", "--lease-namespace", "canary-system",
                "--alerts-from-prometheus", "false",
            ],
            Path.Combine(world.Folder, "controller.log"));
        var controller = new ControllerUnderTest(program, address);
        try
        {
            await controller.UntilReadyAsync(cancel);
            return controller;
        }
        catch
        {
            await controller.DisposeAsync();
            throw;
        }
    }

    /// <summary>Time that its threads ran, in user and kernel mode.</summary>
    public async Task<TimeSpan> CpuAsync(CancellationToken cancel)
    {
        var stat = await File.ReadAllTextAsync($"/proc/{Id}/stat", cancel);
        // The name of the program, in brackets, may hold spaces. After it the state is the third field; utime and stime are 14 and 15.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds(ticks / ClockTicks);
    }

    /// <summary>Its memory, in MB of 1,000,000 bytes.</summary>
    public async Task<MemoryReading> MemoryAsync(CancellationToken cancel)
    {
        var lines = await File.ReadAllLinesAsync($"/proc/{Id}/status", cancel);
        return new MemoryReading(Field("VmRSS:"), Field("RssAnon:"), Field("VmHWM:"));

        double Field(string name) =>
            lines.Where(line => line.StartsWith(name, StringComparison.Ordinal))
                .Select(line => double.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture))
                .Single() * 1_024 / 1_000_000;
    }

    /// <summary>Requests to the API server so far, by verb and resource.</summary>
    public async Task<IReadOnlyDictionary<string, double>> RequestsAsync(CancellationToken cancel)
    {
        const string Metric = "canary_api_requests_total{";
        var page = await _http.GetStringAsync(new Uri(_address, "/metrics"), cancel);
        return page.Split('\n').Where(line => line.StartsWith(Metric, StringComparison.Ordinal))
            .Select(line => line[Metric.Length..].Split("} "))
            .ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _program.DisposeAsync();
    }

    private async Task UntilReadyAsync(CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        while (true)
        {
            if (_program.Exited.IsCompleted)
                throw new ProgramEndedException(_program.Name, await _program.Exited, _program.LastLines);
            try
            {
                using var answer = await _http.GetAsync(new Uri(_address, "/readyz"), patience.Token);
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(Look, patience.Token);
        }
    }
}
