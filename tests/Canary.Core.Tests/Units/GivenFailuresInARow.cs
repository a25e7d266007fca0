using System;
using System.Linq;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Units;

public sealed class GivenFailuresInARow
{
    private static readonly ExponentialBackoff Backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

    [Test]
    public void WhenTheyGoOn_ThenTheWaitDoublesUpToTheLongest() =>
        Assert.That(Enumerable.Range(1, 7)
            .Select(failures => Backoff.After(failures).TotalSeconds), Is.EqualTo(new[] { 1.0, 2, 4, 8, 16, 30, 30 }));

    [TestCase(64)]
    [TestCase(1_000)]
    [TestCase(int.MaxValue)]
    public void WhenTheyNeverEnd_ThenTheWaitIsTheLongest(int failures)
    {
        Assert.That(Backoff.After(failures), Is.EqualTo(Backoff.Longest));
        Assert.That(new ExponentialBackoff(TimeSpan.FromTicks(1), TimeSpan.MaxValue).After(failures), Is.EqualTo(TimeSpan.MaxValue));
    }

    [Test]
    public void WhenTheWaitIsShortenedAtRandom_ThenItIsBetweenHalfAndWhole()
    {
        for (var failures = 1; failures < 10; failures++)
        {
            Assert.That(Backoff.After(failures, 0), Is.EqualTo(Backoff.After(failures) / 2));
            Assert.That(Backoff.After(failures, 0.5), Is.EqualTo(Backoff.After(failures) * 0.75));
            Assert.That(Backoff.After(failures, 1), Is.EqualTo(Backoff.After(failures)));
        }
    }
}
