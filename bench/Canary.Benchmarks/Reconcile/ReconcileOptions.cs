using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Benchmarks.Reconcile;

/// <summary>What the command line of <c>reconcile</c> asks for.</summary>
internal sealed record ReconcileOptions
{
    /// <summary>The controllers to measure, each with the name of its line in the table.</summary>
    public required IReadOnlyList<(string Name, string Path)> Controllers { get; init; }

    /// <summary>The controllers in the order in which they are measured.</summary>
    public IEnumerable<(string Name, string Path)> InTurn => Enumerable.Range(0, Times).SelectMany(_ => Controllers);

    /// <summary>How often each controller is measured, in turn: the table has the medians. Default 1.</summary>
    public required int Times { get; init; }

    /// <summary>Numbers of rollouts that run at the same time. Default 100 and 300.</summary>
    public required IReadOnlyList<int> Running { get; init; }

    /// <summary>Numbers of rollouts at rest. Default none.</summary>
    public required IReadOnlyList<int> Idle { get; init; }

    /// <summary>Steps of a rollout that runs: each is a weight and a pause. Default 50: 100 entries, the most that there may be.</summary>
    public required int Steps { get; init; }

    /// <summary>Steps of a rollout at rest. Default 10.</summary>
    public required int IdleSteps { get; init; }

    /// <summary>Length of a step, and the interval of both metrics. Default 10 s.</summary>
    public required TimeSpan Tick { get; init; }

    /// <summary>For how long is measured. Default 120 s.</summary>
    public required TimeSpan Window { get; init; }

    /// <summary>Whether each controller is sampled once it was measured: what runs, and what is allocated.</summary>
    public required bool IsProfiled { get; init; }

    public static RootCommand Command(Func<ReconcileOptions, CancellationToken, Task<int>> run)
    {
        var command = new RootCommand("Measures the controller process over a real API server: CPU, memory and requests by the step.");
        var before = new Option<string?>("--before") { Description = "Executable of the controller to compare with." };
        var after = new Option<string?>("--after") { Description = "Executable of the controller. Default: the one beside this program." };
        var others = new Option<string[]>("--controller")
        {
            Description = "NAME=PATH of a further executable, such as a script that changes a setting and then runs the controller by exec.",
            DefaultValueFactory = _ => [],
        };
        var times = new Option<int>("--times") { Description = "How often each is measured, in turn.", DefaultValueFactory = _ => 1 };
        var running = new Option<int[]>("--rollouts")
        {
            Description = "Numbers of rollouts that run at the same time; 0 for none.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [100, 300],
        };
        var idle = new Option<int[]>("--idle")
        {
            Description = "Numbers of rollouts at rest.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        var steps = new Option<int>("--steps") { Description = "Steps of a rollout that runs.", DefaultValueFactory = _ => 50 };
        var idleSteps = new Option<int>("--idle-steps") { Description = "Steps of one at rest.", DefaultValueFactory = _ => 10 };
        var tick = new Option<int>("--tick") { Description = "Seconds between two steps.", DefaultValueFactory = _ => 10 };
        var window = new Option<int>("--seconds") { Description = "Seconds that are measured.", DefaultValueFactory = _ => 120 };
        var profile = new Option<bool>("--profile") { Description = "Sample what runs and what is allocated, too." };
        foreach (var option in new Option[] { before, after, others, times, running, idle, steps, idleSteps, tick, window, profile })
            command.Options.Add(option);
        command.SetAction((parsed, cancel) => run(
            new ReconcileOptions
            {
                Controllers =
                [
                    .. new[] { ("before", parsed.GetValue(before)), ("after", parsed.GetValue(after) ?? Beside) }
                        .Where(one => one.Item2 is not null).Select(one => (one.Item1, one.Item2!)),
                    .. parsed.GetValue(others)!.Select(one => one.Split('=', 2)).Select(one => (one[0], one[^1])),
                ],
                Times = parsed.GetValue(times),
                Running = [.. parsed.GetValue(running)!.Where(number => number > 0)],
                Idle = [.. parsed.GetValue(idle)!.Where(number => number > 0)],
                Steps = parsed.GetValue(steps),
                IdleSteps = parsed.GetValue(idleSteps),
                Tick = TimeSpan.FromSeconds(parsed.GetValue(tick)),
                Window = TimeSpan.FromSeconds(parsed.GetValue(window)),
                IsProfiled = parsed.GetValue(profile),
            }, cancel));
        return command;
    }

    private static string Beside => Path.Combine(AppContext.BaseDirectory, "canary-controller");
}
