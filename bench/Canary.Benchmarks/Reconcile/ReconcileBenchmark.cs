using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Benchmarks.Reconcile;

/// <summary>
/// The real controller against a real API server in another process, with rollouts that take a step each tick and whose two metrics are due
/// on each; and with rollouts at rest. Controllers are measured one after the other, each in a world of its own or, at rest, in the same
/// one.
/// </summary>
internal static class ReconcileBenchmark
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(20);

    // Longer than it takes a controller to look at ten thousand rollouts, and then to give back what it does not use.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan AllocationWindow = TimeSpan.FromSeconds(20);

    public static async Task<int> RunAsync(ReconcileOptions options, CancellationToken cancel)
    {
        var running = new List<(int Rollouts, string Name, RunningReading Reading)>();
        var idle = new List<(int Rollouts, string Name, IdleReading Reading)>();
        foreach (var rollouts in options.Running)
        {
            foreach (var (name, path) in options.InTurn)
                running.Add((rollouts, name, await RunAsync(options, rollouts, name, path, cancel)));
        }

        foreach (var rollouts in options.Idle)
        {
            await using var world = await BenchmarkWorld.StartAsync(1, options.IdleSteps, options.Tick, cancel);
            // A controller accepts the first one; what is measured are those that find all of them accepted.
            await using (await StartAsync(options.Controllers[^1].Path, world, cancel)) await world.UntilAcceptedAsync(cancel);
            Say($"{rollouts} rollouts at rest: copying them");
            await world.CopyAsync(rollouts, cancel);
            foreach (var (name, path) in options.InTurn)
                idle.Add((rollouts, name, await RestAsync(name, path, world, cancel)));
        }

        if (running.Count > 0) ReconcileTable.Write(Console.Out, running);
        if (idle.Count > 0) ReconcileTable.Write(Console.Out, idle);
        return 0;
    }

    private static async Task<RunningReading> RunAsync(
        ReconcileOptions options, int rollouts, string name, string path, CancellationToken cancel)
    {
        Say($"{rollouts} rollouts, {name}: creating them");
        await using var world = await BenchmarkWorld.StartAsync(rollouts, options.Steps, options.Tick, cancel);
        await using var controller = await StartAsync(path, world, cancel);
        await world.UntilAcceptedAsync(cancel);
        await Task.Delay(Rest, cancel);
        var idle = await controller.MemoryAsync(cancel);
        Say($"{rollouts} rollouts, {name}: {idle.Resident:0} MB before the release");
        await world.ReleaseAsync(options.Tick, cancel);
        // Until everything runs compiled, and the first requests of each rollout are over.
        await Task.Delay(options.Tick * 4, cancel);
        var before = await ReadAsync(world, controller, cancel);
        await Task.Delay(options.Window, cancel);
        var after = await ReadAsync(world, controller, cancel);
        var memory = await controller.MemoryAsync(cancel);
        Say($"{rollouts} rollouts, {name}: {await world.PhasesAsync(cancel)}");
        foreach (var (request, count) in after.Requests.OrderByDescending(one => one.Value - before.Requests.GetValueOrDefault(one.Key)))
        {
            var each = (count - before.Requests.GetValueOrDefault(request)) / (after.Steps - before.Steps);
            if (each > 0.05) Say($"  {each:0.00} a step: {request}");
        }

        var steps = await world.StepsAsync(cancel);
        var allocated = await ControllerEvents.AllocatedAsync(controller.Id, AllocationWindow, cancel);
        var stepsMeanwhile = await world.StepsAsync(cancel) - steps;
        if (options.IsProfiled) await ControllerEvents.ProfileAsync(controller.Id, options.Window, Console.Out, cancel);
        var taken = after.Steps - before.Steps;
        return new RunningReading(
            taken, (after.Cpu - before.Cpu) / taken, (after.Requests.Values.Sum() - before.Requests.Values.Sum()) / taken,
            (after.Queries - before.Queries) / taken, allocated / stepsMeanwhile, idle, memory);
    }

    /// <summary>Measures a controller whose rollouts are all accepted and at rest.</summary>
    public static async Task<IdleReading> RestAsync(string name, string path, BenchmarkWorld world, CancellationToken cancel)
    {
        await using var controller = await StartAsync(path, world, cancel);
        await Task.Delay(Settling, cancel);
        var cpu = await controller.CpuAsync(cancel);
        await Task.Delay(Rest, cancel);
        var spent = await controller.CpuAsync(cancel) - cpu;
        var memory = await controller.MemoryAsync(cancel);
        var phases = await world.PhasesAsync(cancel);
        Say($"at rest, {name}: {memory.Resident:0} MB, {memory.Anonymous:0} MB of it anonymous, CPU {cpu.TotalSeconds:0.0} s; {phases}");
        return new IdleReading(memory, cpu, spent / Rest);
    }

    private static async Task<ControllerUnderTest> StartAsync(string path, BenchmarkWorld world, CancellationToken cancel) =>
        await ControllerUnderTest.StartAsync(path, world, cancel);

    private static async Task<Sums> ReadAsync(BenchmarkWorld world, ControllerUnderTest controller, CancellationToken cancel) => new(
        await controller.CpuAsync(cancel), await controller.RequestsAsync(cancel), await world.QueriesAsync(cancel),
        await world.StepsAsync(cancel));

    private static void Say(FormattableString what) =>
        Console.Error.WriteLine($"{DateTimeOffset.UtcNow:HH:mm:ss} {what.ToString(CultureInfo.InvariantCulture)}");

    private sealed record Sums(TimeSpan Cpu, IReadOnlyDictionary<string, double> Requests, long Queries, double Steps);
}
