using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Canary.Sandbox.Demo;
using Canary.Sandbox.World;
using Canary.Terminal;
using Microsoft.Extensions.Logging;

namespace Canary.Sandbox.Commands;

/// <summary>Runs the demo from beginning to end.</summary>
internal static class DemoCommand
{
    // For people and jq, never inside a page: quotes and angle brackets may stand as they are.
    private static readonly JsonSerializerOptions Readable =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var flags = new SandboxFlags(Path.Combine(Path.GetTempPath(), $"canary-demo-{Environment.ProcessId}"));
        var json = new Option<bool>("--json")
        {
            Description =
            "Print the outcome as one JSON document on standard output, and nothing else there."
        };
        var command = new Command(
            "demo",
            "Release three versions: a good one, one that fails requests, and a slow one. "
            + "Exit code: 0 if all end as expected, else 1.");
        flags.AddTo(command);
        command.Add(json);
        command.SetAction((parsed, cancel) => RunAsync(flags.Read(parsed), parsed.GetValue(json), cancel));
        return command;
    }

    private static async Task<int> RunAsync(SandboxOptions options, bool asJson, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Directory.CreateDirectory(options.StateFolder);
        var isGood = false;
        try
        {
            using var file = new FileLog(Path.Combine(options.StateFolder, "sandbox.log"));
            var log = file.CreateLogger("sandbox");
            Console.Error.WriteLine("starting the sandbox: API server, pods, mesh, load, Prometheus and controller");
            await using var world = await SandboxWorld.StartAsync(options, TimeProvider.System, log, cancel);
            var results = await ShowAsync(world, log, asJson, cancel);
            isGood = results.Count == Scenario.All.Count && results.All(result => result.IsAsExpected);
            if (asJson) Console.WriteLine(ResultText.Document(results).ToJsonString(Readable));
            return isGood ? 0 : 1;
        }
        finally
        {
            if (isGood) Directory.Delete(options.StateFolder, true);
            else await Console.Error.WriteLineAsync($"logs are in {options.StateFolder}");
        }
    }

    private static async Task<IReadOnlyList<ScenarioResult>> ShowAsync(SandboxWorld world, ILogger log, bool asJson,
        CancellationToken cancel)
    {
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var watch = new ShopWatch(world.Api, TimeProvider.System, log);
        var running = watch.RunAsync(watching.Token);
        try
        {
            if (asJson || !TerminalConsole.IsScreen)
            {
                var lines = new LineScreen(asJson ? Console.Error : Console.Out);
                var results = await new DemoRunner(world, watch, lines, TimeProvider.System).RunAsync(Scenario.All, cancel);
                lines.Finish(results);
                return results;
            }

            return await ShowLiveAsync(world, watch, cancel);
        }
        finally
        {
            await watching.CancelAsync();
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<IReadOnlyList<ScenarioResult>> ShowLiveAsync(SandboxWorld world, ShopWatch watch, CancellationToken cancel)
    {
        using var screen = TerminalConsole.Open();
        var live = new LiveScreen(screen);
        var results = await new DemoRunner(world, watch, live, TimeProvider.System).RunAsync(Scenario.All, cancel);
        live.Finish(results);
        return results;
    }
}
