using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Benchmarks.Connection;

/// <summary>What the command line of <c>connection</c> asks for.</summary>
internal sealed record ConnectionOptions
{
    /// <summary>The builds to measure: folders with <c>canary-controller</c> and <c>canary</c>.</summary>
    public required IReadOnlyList<(string Name, string Folder)> Builds { get; init; }

    /// <summary>Rollouts at rest, each with 4 pods. Default 1,000.</summary>
    public required int Rollouts { get; init; }

    /// <summary>How often each figure is taken, the builds in turn. Default 5.</summary>
    public required int Times { get; init; }

    public static RootCommand Command(Func<ConnectionOptions, CancellationToken, Task<int>> run)
    {
        var command = new RootCommand("Measures the API client of one build, or of two in turn: lists, watches, memory and canary get.");
        var before = new Option<string?>("--before") { Description = "Folder of the build to compare with." };
        var after = new Option<string>("--after") { Description = "Folder with canary-controller and canary.", Required = true };
        var rollouts = new Option<int>("--rollouts") { Description = "Rollouts at rest.", DefaultValueFactory = _ => 1_000 };
        var times = new Option<int>("--times") { Description = "How often each figure is taken.", DefaultValueFactory = _ => 5 };
        foreach (var option in new Option[] { before, after, rollouts, times }) command.Options.Add(option);
        command.SetAction((parsed, cancel) => run(
            new ConnectionOptions
            {
                Builds = [.. new[] { ("before", parsed.GetValue(before)), ("after", parsed.GetValue(after)) }
                    .Where(one => one.Item2 is not null).Select(one => (one.Item1, one.Item2!))],
                Rollouts = parsed.GetValue(rollouts),
                Times = parsed.GetValue(times),
            }, cancel));
        return command;
    }
}
