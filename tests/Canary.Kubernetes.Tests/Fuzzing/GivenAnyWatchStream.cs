using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Canary.Fuzzing;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Caching;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using Canary.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Fuzzing;

/// <summary>Whatever comes in a watch: the cache goes on, with a pause between two tries, and holds what the server holds as soon as it can
/// be read again.</summary>
public sealed class GivenAnyWatchStream
{
    // The pauses double from 200 ms to 30 s: that many fit into half a minute.
    private const int MostTries = 12;

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(31);

    [Test]
    public void WhenItIsCutDoubledOrRubbish_ThenTheCacheEndsUpAsTheServerIs() => FuzzRun.Each(1_000, seed =>
    {
        var (time, mutator) = (new ManualTime(), new Mutator(seed));
        using var server = new CutServer(mutator);
        using var client =
            new ApiClient(new ApiServerConfiguration(new Uri("http://127.0.0.1:1")), time, ApiClientOptions.OneAttempt, server);
        var cache = new ResourceCache(client, KnownKinds.Pods, ResourceCacheOptions.All, time, NullLogger.Instance);
        var told = new Dictionary<ObjectName, string>();
        cache.Changed += change =>
        {
            if (change.Kind is ChangeKind.Deleted) told.Remove(change.Name);
            else told[change.Name] = CutServer.Shown(change.Object);
        };
        using var stop = new CancellationTokenSource();
        for (var change = mutator.Number(5); change > 0; change--) server.Change();
        var running = cache.RunAsync(stop.Token);

        for (var round = 0; round < 12; round++)
        {
            for (var change = mutator.Number(4); change > 0; change--) server.Change();
            var before = server.Watches;
            time.Advance(Round);
            Assert.That(server.Watches - before, Is.InRange(0, MostTries), "tries in half a minute");
            Assert.That(running.IsCompleted, Is.False, $"{running.Exception}");
        }

        var faults = server.Faults;
        server.IsFaulty = false;
        for (var round = 0; round < 6; round++) time.Advance(Round);

        Assert.That(cache.List(null).Select(CutServer.Shown).Order(), Is.EqualTo(server.State.Order()));
        Assert.That(told.Values.Order(), Is.EqualTo(server.State.Order()), "what was told");
        Assert.That((cache.HasSynced, cache.Problem), Is.EqualTo((true, (ApiException?)null)));
        stop.Cancel();
        time.Advance(Round);
        return faults == 0 ? "no fault" : faults < 10 ? "a few faults" : "ten faults or more";
    }).HasAtLeast(90, "a few faults", "ten faults or more");
}
