using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Conformance;

[CancelAfter(60_000)]
public sealed class GivenAWatch : ConformanceCluster
{
    [Test]
    public async Task WhenItStartsAtAVersion_ThenEverythingSinceIsToldInOrder(CancellationToken cancel)
    {
        var start = (await Client.ListAsync(Probes, Namespace, ListOptions.All, cancel)).ResourceVersion;
        await CreateAsync(Probes, Probe("told"), cancel);
        await MergeAsync(Probes, "told", """{"spec":{"size":2}}""", null, cancel);
        await Client.DeleteAsync(Probes, At("told"), DeleteOptions.Default, cancel);

        var events =
            await TakeAsync(3, new WatchOptions(start, FieldSelector: "metadata.name=told", Timeout: TimeSpan.FromSeconds(20)), cancel);

        Assert.That(events.Select(e => e.GetType().Name), Is.EqualTo(new[] { "Added", "Modified", "Deleted" }));
        Assert.That(events.Select(e => long.Parse(Version(ObjectOf(e)!), System.Globalization.CultureInfo.InvariantCulture)),
            Is.Ordered.Ascending);
    }

    [Test]
    public async Task WhenAnObjectLeavesTheSelection_ThenItIsToldAsDeletedWithTheNewVersion(CancellationToken cancel)
    {
        var probe = Probe("leaving");
        probe["metadata"]!["labels"] = new JsonObject { ["watched"] = "yes" };
        var created = await CreateAsync(Probes, probe, cancel);
        var changed = await MergeAsync(Probes, "leaving", """{"metadata":{"labels":{"watched":"no"}}}""", null, cancel);

        var events =
            await TakeAsync(1, new WatchOptions(Version(created), LabelSelector: "watched=yes", Timeout: TimeSpan.FromSeconds(20)), cancel);

        Assert.That(events[0], Is.TypeOf<WatchEvent.Deleted>());
        Assert.That(ObjectOf(events[0])!["metadata"]!["labels"]!["watched"]!.GetValue<string>(), Is.EqualTo("yes"));
        Assert.That(Version(ObjectOf(events[0])!), Is.EqualTo(Version(changed)));
    }

    [Test]
    public async Task WhenItsVersionIsOlderThanTheServersMemory_ThenOneErrorSaysSo(CancellationToken cancel)
    {
        await CreateAsync(Probes, Probe("old"), cancel);

        var events = await TakeAsync(1, new WatchOptions("1", Timeout: TimeSpan.FromSeconds(20)), cancel);

        Assert.That(events[0], Is.TypeOf<WatchEvent.Error>());
        Assert.That(((WatchEvent.Error)events[0]).Status.Code, Is.EqualTo(410));
    }

    [Test]
    public async Task WhenItsTimeIsOver_ThenItEndsByItself(CancellationToken cancel)
    {
        var start = (await Client.ListAsync(Probes, Namespace, ListOptions.All, cancel)).ResourceVersion;

        var events = await TakeAsync(int.MaxValue,
            new WatchOptions(start, FieldSelector: "metadata.name=nobody", Timeout: TimeSpan.FromSeconds(2)), cancel);

        Assert.That(events.Where(e => e is not WatchEvent.Bookmark), Is.Empty);
    }

    /// <summary>A real server sends one about once a minute, and none that it does not want to.</summary>
    [Test, CancelAfter(240_000)]
    public async Task WhenBookmarksAreAllowed_ThenOneSaysHowFarTheWatchIs(CancellationToken cancel)
    {
        var created = Number(Version(await CreateAsync(Probes, Probe("marked"), cancel)));
        var changed = Number(Version(await MergeAsync(Probes, "marked", """{"spec":{"size":2}}""", null, cancel)));

        var last = created;
        await foreach (var told in Client.WatchAsync(Probes, Namespace,
            new WatchOptions($"{created}", FieldSelector: "metadata.name=marked", Timeout: TimeSpan.FromSeconds(200)), cancel))
        {
            if (told is not WatchEvent.Bookmark bookmark) continue;
            Assert.That(Number(bookmark.ResourceVersion), Is.GreaterThanOrEqualTo(last), "it never goes back");
            last = Number(bookmark.ResourceVersion);
            if (last >= changed) break;
        }

        Assert.That(last, Is.GreaterThanOrEqualTo(changed));
    }

    private static long Number(string version) => long.Parse(version, System.Globalization.CultureInfo.InvariantCulture);

    private async Task<List<WatchEvent>> TakeAsync(int count, WatchOptions options, CancellationToken cancel)
    {
        var events = new List<WatchEvent>();
        await foreach (var told in Client.WatchAsync(Probes, Namespace, options, cancel))
        {
            if (told is not WatchEvent.Bookmark)
                events.Add(told);
            if (events.Count >= count)
                break;
        }

        return events;
    }

    private static JsonObject? ObjectOf(WatchEvent told) => told switch
    {
        WatchEvent.Added added => added.Object,
        WatchEvent.Modified modified => modified.Object,
        WatchEvent.Deleted deleted => deleted.Object,
        _ => null,
    };
}
