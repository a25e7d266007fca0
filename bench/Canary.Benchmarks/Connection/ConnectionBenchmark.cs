using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Canary.Benchmarks.Reconcile;

namespace Canary.Benchmarks.Connection;

/// <summary>
/// What the connection to the API server costs, for published builds of two commits in one run: the client of the controller lists and
/// watches pods in a process of its own, <c>canary get</c> lists 100 Rollouts, and the controller holds all of them.
/// </summary>
internal static class ConnectionBenchmark
{
    private const int PodsOfARollout = 4;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(ConnectionOptions options, CancellationToken cancel)
    {
        await using var world = await BenchmarkWorld.StartAsync(1, steps: 10, Tick, cancel);
        var newest = Path.Combine(options.Builds[^1].Folder, "canary-controller");
        await using (await ControllerUnderTest.StartAsync(newest, world, cancel)) await world.UntilAcceptedAsync(cancel);
        var version = await world.CopyAsync(options.Rollouts, cancel);
        var builds = options.Builds.ToDictionary(build => build.Name, _ => new BuildReadings());
        // Right after each other, since other work on the machine comes and goes; the memory does not depend on it.
        for (var time = 0; time < options.Times; time++)
        {
            foreach (var (name, folder) in options.Builds)
                await MeasureClientAsync(name, builds[name], folder, world, version, options, cancel);
            foreach (var (name, folder) in options.Builds) await MeasureGetAsync(builds[name], folder, world, cancel);
        }

        for (var time = 0; time < options.Times; time++)
        {
            foreach (var (name, folder) in options.Builds)
            {
                var controller = Path.Combine(folder, "canary-controller");
                builds[name].Memory.Add((await ReconcileBenchmark.RestAsync(name, controller, world, cancel)).Memory);
            }
        }

        ConnectionTable.Write(Console.Out, builds);
        return 0;
    }

    private static async Task MeasureClientAsync(
        string name, BuildReadings readings, string folder, BenchmarkWorld world, string version, ConnectionOptions options,
        CancellationToken cancel)
    {
        var pods = ((options.Rollouts - 1) * PodsOfARollout).ToString(CultureInfo.InvariantCulture);
        var client = await ChildUsage.RunAsync(
            Environment.ProcessPath!, ["connection-client", Path.GetFullPath(folder), world.Kubeconfig, version, pods], cancel);
        readings.Connections.Add(JsonSerializer.Deserialize<ConnectionReading>(client.Output)!);
        await Console.Error.WriteLineAsync($"{DateTimeOffset.UtcNow:HH:mm:ss} {name}: {readings.Connections[^1]}");
    }

    private static async Task MeasureGetAsync(BuildReadings readings, string folder, BenchmarkWorld world, CancellationToken cancel)
    {
        string[] get = ["get", "rollouts", "--namespace", RolloutDocuments.NamespaceOf(0), "--kubeconfig", world.Kubeconfig];
        var command = Path.Combine(folder, "canary");
        await ChildUsage.RunAsync(command, get, cancel);
        for (var once = 0; once < 10; once++) readings.Gets.Add((await ChildUsage.RunAsync(command, get, cancel)).Cpu);
    }
}
