using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Engine.Measuring;
using NUnit.Framework;

namespace Canary.Engine.Tests.Measuring;

public sealed class GivenServersThatHang
{
    private static MetricQuery Query(string address, string text) =>
        new("prometheus", "shop", address, text, null, DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(30), null, [], false, null);

    private static List<Flight> Hang(Departures departures, int addresses, int rollouts, int queries)
    {
        var hanging = new List<Flight>();
        for (var address = 0; address < addresses; address++)
            for (var query = 0; query < queries; query++)
                departures.Book(Query($"http://hangs{address}", $"q{query}"), $"bad/r{(address + query) % rollouts}");
        hanging.AddRange(departures.TakeOff());
        return hanging;
    }

    [TestCase(1, 1, 100)]
    [TestCase(4, 1, 64)]
    [TestCase(4, 4, 16)]
    [TestCase(4, 64, 64)]
    [TestCase(64, 64, 4)]
    [TestCase(300, 300, 20)]
    public void WhenSomeNeverAnswer_ThenEveryQueryToAnotherIsSentWithoutAnyOfThemBeingAnswered(int addresses, int rollouts, int queries)
    {
        var departures = new Departures();
        var hanging = Hang(departures, addresses, rollouts, queries);
        for (var query = 0; query < 50; query++) departures.Book(Query("http://answers", $"q{query}"), $"good/r{query % 10}");

        var sent = 0;
        for (var started = departures.TakeOff(); started.Count > 0; started = departures.TakeOff())
        {
            foreach (var flight in started.Where(flight => flight.Query.Address == "http://answers"))
            {
                sent++;
                departures.Close(flight);
            }
        }

        Assert.That(sent, Is.EqualTo(50));
        Assert.That(hanging.Count, Is.LessThanOrEqualTo(Departures.Most + addresses));
    }

    [Test]
    public void WhenOneRolloutsQueriesHangAtTheServerThatAllAsk_ThenTheOthersAreAnswered()
    {
        var departures = new Departures();
        for (var query = 0; query < 500; query++) departures.Book(Query("http://prometheus", $"heavy{query}"), "shop/heavy");
        Assert.That(departures.TakeOff(), Has.Count.EqualTo(Departures.MostToOneAddress / 2));
        for (var rollout = 0; rollout < 100; rollout++) departures.Book(Query("http://prometheus", $"light{rollout}"), $"shop/r{rollout}");

        var answered = 0;
        for (var started = departures.TakeOff(); started.Count > 0; started = departures.TakeOff())
        {
            foreach (var flight in started.Where(flight => flight.Owner != "shop/heavy"))
            {
                answered++;
                departures.Close(flight);
            }
        }

        Assert.That(answered, Is.EqualTo(100));
    }

    [Test]
    public void WhenEverythingHangs_ThenWhatIsOnItsWayIsBounded()
    {
        var departures = new Departures();

        Assert.That(Hang(departures, 4, 1, 64).Count, Is.LessThanOrEqualTo(Departures.MostOfOneRollout), "one rollout");
        Assert.That(Hang(departures, 5_000, 5_000, 2).Count, Is.LessThanOrEqualTo(Departures.MostOfAll));
        Assert.That(departures.TakeOff(), Is.Empty);
    }

    [Test]
    public void WhenQueriesComeAndGoAtRandom_ThenNoBoundIsBrokenAndWhoHasNothingOnItsWayIsServed()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var dice = new Random(seed);
            var departures = new Departures();
            var (flying, waiting, number) = (new List<Flight>(), new List<Flight>(), 0);
            for (var step = 0; step < 300; step++)
            {
                for (var more = dice.Next(4); more > 0; more--)
                    waiting.Add(departures.Book(Query($"http://p{dice.Next(1 + seed % 8)}", $"q{number++}"), $"shop/r{dice.Next(1 + seed % 5)}", isShared: dice.Next(10) == 0));
                var started = departures.TakeOff();
                flying.AddRange(started);
                waiting.RemoveAll(started.Contains);

                Assert.That(flying.GroupBy(flight => flight.Query.Address).All(same => same.Count() <= Departures.MostToOneAddress), $"seed {seed}");
                Assert.That(flying.Count, Is.LessThanOrEqualTo(Departures.Most + 8), $"seed {seed}");
                Assert.That(waiting.All(one => flying.Any(other => other.Query.Address == one.Query.Address)), $"seed {seed}: an address with nothing on its way waits");
                for (var gone = dice.Next(4); gone > 0 && flying.Count > 0; gone--)
                {
                    var flight = flying[dice.Next(flying.Count)];
                    flying.Remove(flight);
                    departures.Close(flight);
                }
            }

            while (waiting.Count > 0)
            {
                foreach (var flight in flying) departures.Close(flight);
                flying = [.. departures.TakeOff()];
                Assert.That(flying, Is.Not.Empty, $"seed {seed}: somebody waits for ever");
                waiting.RemoveAll(flying.Contains);
            }
        }
    }
}
