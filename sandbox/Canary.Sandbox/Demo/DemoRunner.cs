using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Canary.Sandbox.World;

namespace Canary.Sandbox.Demo;

/// <summary>Ships one version after the other and watches what the controller makes of it.</summary>
internal sealed class DemoRunner(SandboxWorld world, ShopWatch watch, IDemoScreen screen, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly List<ScenarioResult> _results = [];
    private readonly long _began = time.GetTimestamp();
    private TallyWindow _stable = new(Window);
    private TallyWindow _canary = new(Window);

    public async Task<IReadOnlyList<ScenarioResult>> RunAsync(IReadOnlyList<Scenario> scenarios, CancellationToken cancel)
    {
        await watch.WaitForSyncAsync(cancel);
        screen.Say("Waiting for the Rollout to be at rest");
        await UntilAtRestAsync(cancel);
        for (var i = 0; i < scenarios.Count; i++)
        {
            _results.Add(await RunOneAsync(scenarios[i], i + 1, scenarios.Count, cancel));
            screen.Say(ResultText.Line(_results[^1]));
        }

        return _results;
    }

    // Healthy, or as a former demo left it on a server that is not the sandbox's own.
    private async Task UntilAtRestAsync(CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        while (watch.Rollout.Phase is not ("Healthy" or "RolledBack"))
        {
            if (time.GetElapsedTime(started) > Patience)
                throw new SandboxException(
                    $"the Rollout {ShopNames.Rollout} is {watch.Rollout.Phase} and not at rest after {Patience.TotalMinutes:0} minutes: "
                        + $"{watch.Rollout.Message}");
            await TickAsync(cancel);
        }
    }

    private async Task<ScenarioResult> RunOneAsync(Scenario scenario, int number, int count, CancellationToken cancel)
    {
        screen.Say($"Shipping {scenario.Title}");
        foreach (var _ in watch.TakeStates())
        {
            // What was told before this scenario began.
        }

        // Nor are the Events and the numbers of the version before those of this one.
        watch.ForgetEvents();
        (_stable, _canary) = (new TallyWindow(Window), new TallyWindow(Window));
        var progress = new ScenarioProgress(watch.Rollout);
        var before = world.Mesh.Telemetry.TallyOf(ShopNames.CanaryHost);
        var started = time.GetTimestamp();
        var shipped = await new VersionShipper(world.Api).ShipAsync(world.ReleasedDeployment, scenario.Version, cancel);
        while (progress.End is null && time.GetElapsedTime(started) < Patience)
        {
            await TickAsync(cancel);
            foreach (var state in watch.TakeStates()) progress.See(state);
            screen.Show(Frame(scenario, number, count, time.GetElapsedTime(started), watch.HasSeen(shipped)));
        }

        var sent = world.Mesh.Telemetry.TallyOf(ShopNames.CanaryHost).Since(before);
        var reason = progress.End?.Reason
            ?? $"the Rollout is {watch.Rollout.Phase} after {Patience.TotalMinutes:0} minutes: {watch.Rollout.Message}";
        return new ScenarioResult(scenario, progress.Outcome, reason, time.GetElapsedTime(started), sent.Requests, sent.Failures,
            [.. progress.Weights]);
    }

    private async Task TickAsync(CancellationToken cancel)
    {
        if (world.Broken.IsCompleted) await world.Broken;
        await Task.Delay(Tick, time, cancel);
    }

    private DemoFrame Frame(Scenario scenario, int number, int count, TimeSpan elapsed, bool isSeen) => new(
        scenario, number, count, elapsed, isSeen, watch.Rollout, watch.Steps,
        Read(_stable, ShopNames.StableHost, watch.VersionOf(ShopNames.StableDeployment)),
        Read(_canary, ShopNames.CanaryHost, watch.VersionOf(world.ReleasedDeployment)),
        watch.Run, watch.Events, _results);

    private SideReading Read(TallyWindow window, string host, string version)
    {
        var (tally, length) = window.Add(time.GetElapsedTime(_began), world.Mesh.Telemetry.TallyOf(host));
        return SideReading.Of(version, tally, length);
    }
}
