using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Queries;
using Canary.Engine.Measuring;
using Canary.Engine.Ports;
using NUnit.Framework;

namespace Canary.Engine.Tests.Measuring;

public sealed class GivenServersThatHang
{
    private static MetricQuery Query(string address, string text) =>
        new("prometheus", "shop", address, text, null, DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(30), null, [], false, null);

    private static List<PendingQuery> Hang(QueryQueue queue, int addresses, int rollouts, int queries)
    {
        var hanging = new List<PendingQuery>();
        for (var address = 0; address < addresses; address++)
            for (var query = 0; query < queries; query++)
                queue.Enqueue(Query($"http://hangs{address}", $"q{query}"), new RolloutName("bad", $"r{(address + query) % rollouts}"));
        hanging.AddRange(queue.Dequeue());
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
        var queue = new QueryQueue();
        var hanging = Hang(queue, addresses, rollouts, queries);
        for (var query = 0; query < 50; query++)
            queue.Enqueue(Query("http://answers", $"q{query}"), new RolloutName("good", $"r{query % 10}"));

        var sent = 0;
        for (var started = queue.Dequeue(); started.Count > 0; started = queue.Dequeue())
        {
            foreach (var pending in started.Where(pending => pending.Query.Address == "http://answers"))
            {
                sent++;
                queue.Complete(pending);
            }
        }

        Assert.That(sent, Is.EqualTo(50));
        Assert.That(hanging.Count, Is.LessThanOrEqualTo(QueryQueue.Most + addresses));
    }

    [Test]
    public void WhenOneRolloutsQueriesHangAtTheServerThatAllAsk_ThenTheOthersAreAnswered()
    {
        var queue = new QueryQueue();
        for (var query = 0; query < 500; query++)
            queue.Enqueue(Query("http://prometheus", $"heavy{query}"), new RolloutName("shop", "heavy"));
        Assert.That(queue.Dequeue(), Has.Count.EqualTo(QueryQueue.MostToOneAddress / 2));
        for (var rollout = 0; rollout < 100; rollout++)
            queue.Enqueue(Query("http://prometheus", $"light{rollout}"), new RolloutName("shop", $"r{rollout}"));

        var answered = 0;
        for (var started = queue.Dequeue(); started.Count > 0; started = queue.Dequeue())
        {
            foreach (var pending in started.Where(pending => pending.Owner != "shop/heavy"))
            {
                answered++;
                queue.Complete(pending);
            }
        }

        Assert.That(answered, Is.EqualTo(100));
    }

    [Test]
    public void WhenEverythingHangs_ThenWhatIsOnItsWayIsBounded()
    {
        var queue = new QueryQueue();

        Assert.That(Hang(queue, 4, 1, 64).Count, Is.LessThanOrEqualTo(QueryQueue.MostOfOneRollout), "one rollout");
        Assert.That(Hang(queue, 5_000, 5_000, 2).Count, Is.LessThanOrEqualTo(QueryQueue.MostOfAll));
        Assert.That(queue.Dequeue(), Is.Empty);
    }

    [Test]
    public void WhenQueriesComeAndGoAtRandom_ThenNoBoundIsBrokenAndWhoHasNothingOnItsWayIsServed()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var dice = new Random(seed);
            var queue = new QueryQueue();
            var (inFlight, waiting, number) = (new List<PendingQuery>(), new List<PendingQuery>(), 0);
            for (var step = 0; step < 300; step++)
            {
                for (var more = dice.Next(4); more > 0; more--)
                    waiting.Add(queue.Enqueue(Query($"http://p{dice.Next(1 + seed % 8)}", $"q{number++}"),
                        new RolloutName("shop", $"r{dice.Next(1 + seed % 5)}"), isShared: dice.Next(10) == 0));
                var started = queue.Dequeue();
                inFlight.AddRange(started);
                waiting.RemoveAll(started.Contains);

                Assert.That(inFlight.GroupBy(pending => pending.Query.Address)
                    .All(same => same.Count() <= QueryQueue.MostToOneAddress), $"seed {seed}");
                Assert.That(inFlight.Count, Is.LessThanOrEqualTo(QueryQueue.Most + 8), $"seed {seed}");
                Assert.That(waiting.All(one => inFlight.Any(other => other.Query.Address == one.Query.Address)),
                    $"seed {seed}: an address with nothing on its way waits");
                for (var gone = dice.Next(4); gone > 0 && inFlight.Count > 0; gone--)
                {
                    var pending = inFlight[dice.Next(inFlight.Count)];
                    inFlight.Remove(pending);
                    queue.Complete(pending);
                }
            }

            while (waiting.Count > 0)
            {
                foreach (var pending in inFlight) queue.Complete(pending);
                inFlight = [.. queue.Dequeue()];
                Assert.That(inFlight, Is.Not.Empty, $"seed {seed}: somebody waits for ever");
                waiting.RemoveAll(inFlight.Contains);
            }
        }
    }
}
