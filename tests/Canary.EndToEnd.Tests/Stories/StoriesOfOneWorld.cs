using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.EndToEnd.Tests.Running;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.EndToEnd.Tests.Stories;

/// <summary>
/// Stories that run at the same time, each in a namespace of its own, in one world with one controller: they wait for most of their time.
/// A test waits for the end of its story, and fails where a request failed, was lost, or found a side with too few pods.
/// </summary>
public abstract class StoriesOfOneWorld
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(6);
    private readonly CancellationTokenSource _end = new();
    private Dictionary<string, Task<StoryResult>> _running = [];
    private World? _world;

    /// <summary>The stories of the fixture.</summary>
    internal abstract IReadOnlyList<Func<Story, Task>> Stories { get; }

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _end.CancelAfter(Limit);
        var world = _world = await World.StartAsync(_end.Token, "--rate", "1");
        foreach (var template in Story.Templates)
            await world.Api.CreateAsync(KnownKinds.ClusterAnalysisTemplates, null, template, Shop.Writing, _end.Token);
        world.StartController();
        // An assertion of a story belongs to the test that waits for it, and not to the start of the fixture.
        using var flow = ExecutionContext.SuppressFlow();
        _running = Stories.ToDictionary(story => story.Method.Name, story => Task.Run(() => TellAsync(world, story)));
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _end.CancelAsync();
        foreach (var story in _running.Values) await ((Task)story).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_world is not null) await _world.DisposeAsync();
        _end.Dispose();
    }

    /// <summary>Waits for the end of a story, writes what was counted, and fails where something failed because of Canary.</summary>
    internal async Task EndAsync(Func<Story, Task> story)
    {
        var result = await _running[story.Method.Name];
        var test = TestContext.CurrentContext.Test;
        var title = (string)test.Properties.Get(nameof(StrategyAttribute))!;
        await TestContext.Progress.WriteLineAsync($"{title}: {result}");
        result.Write(title, $"{GetType().Name}.{test.MethodName}");
        Assert.Multiple(() =>
        {
            Assert.That(result.Sent, Is.GreaterThan(100), "a story with few requests shows nothing");
            Assert.That(result.Failed + result.Lost, Is.Zero, () => $"{string.Join('\n', result.Problems)}\n{_world!.Logs()}");
            Assert.That(result.Changes, Is.GreaterThan(0), "no change of a route or an endpoint was checked");
            Assert.That(result.Violations, Is.Empty);
        });
    }

    private async Task<StoryResult> TellAsync(World world, Func<Story, Task> tell)
    {
        var name = tell.Method.Name.Replace("Async", "", StringComparison.Ordinal).ToLowerInvariant();
        await using var story = new Story(world, name, _end.Token);
        try
        {
            await tell(story);
            return await story.EndAsync();
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            var result = await story.EndAsync();
            throw new AssertionException($"{problem.Message}\nuntil then: {result}\n{string.Join('\n', result.Problems)}", problem);
        }
    }
}
