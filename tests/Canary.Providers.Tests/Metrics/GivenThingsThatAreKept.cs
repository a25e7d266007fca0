using System;
using Canary.Providers.Metrics;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Canary.Providers.Tests.Metrics;

/// <summary>Addresses and certificate authorities of templates that come and go.</summary>
public sealed class GivenThingsThatAreKept
{
    [Test]
    public void WhenNobodyAsksForOneForAnHour_ThenItIsLetGoOfAndTheOthersStay()
    {
        var time = new FakeTimeProvider(new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero));
        using var kept = new RecentlyUsed<string, Thing>(time);
        var old = kept.GetOrAdd("old", _ => new Thing());
        var used = kept.GetOrAdd("used", _ => new Thing());

        for (var minutes = 0; minutes < 60; minutes++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            kept.GetOrAdd("used", _ => throw new InvalidOperationException("it is there"));
        }

        Assert.That((kept.Count, old.IsGone, used.IsGone), Is.EqualTo((1, true, false)));
        Assert.That(kept.GetOrAdd("old", _ => new Thing()), Is.Not.SameAs(old));
    }

    [Test]
    public void WhenAThousandAddressesCameAndWent_ThenNoneIsKept()
    {
        var time = new FakeTimeProvider(new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero));
        using var kept = new RecentlyUsed<int, Thing>(time);
        for (var address = 0; address < 1_000; address++) kept.GetOrAdd(address, _ => new Thing());

        time.Advance(RecentlyUsed<int, Thing>.Idle);
        kept.GetOrAdd(-1, _ => new Thing());

        Assert.That(kept.Count, Is.EqualTo(1));
    }

    [Test]
    public void WhenOneCannotBeMade_ThenNothingIsKept()
    {
        using var kept = new RecentlyUsed<int, Thing>(new FakeTimeProvider(new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero)));

        Assert.That(() => kept.GetOrAdd(1, _ => throw new InvalidOperationException("no")), Throws.InvalidOperationException);
        Assert.That(kept.Count, Is.Zero);
    }

    private sealed class Thing : IDisposable
    {
        public bool IsGone { get; private set; }

        public void Dispose() => IsGone = true;
    }
}
