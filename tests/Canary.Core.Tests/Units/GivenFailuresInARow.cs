using System;
using System.Linq;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Units;

public sealed class GivenFailuresInARow
{
    private static readonly ExponentialBackoff _backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

    [Test]
    public void WhenTheyGoOn_ThenTheWaitDoublesUpToTheLongest() =>
        Assert.That(Enumerable.Range(1, 7).Select(failures => _backoff.After(failures).TotalSeconds), Is.EqualTo(new[] { 1.0, 2, 4, 8, 16, 30, 30 }));

    [TestCase(64)]
    [TestCase(1_000)]
    [TestCase(int.MaxValue)]
    public void WhenTheyNeverEnd_ThenTheWaitIsTheLongest(int failures)
    {
        Assert.That(_backoff.After(failures), Is.EqualTo(_backoff.Longest));
        Assert.That(new ExponentialBackoff(TimeSpan.FromTicks(1), TimeSpan.MaxValue).After(failures), Is.EqualTo(TimeSpan.MaxValue));
    }

    [Test]
    public void WhenTheWaitIsShortenedAtRandom_ThenItIsBetweenHalfAndWhole()
    {
        for (var failures = 1; failures < 10; failures++)
        {
            Assert.That(_backoff.After(failures, 0), Is.EqualTo(_backoff.After(failures) / 2));
            Assert.That(_backoff.After(failures, 0.5), Is.EqualTo(_backoff.After(failures) * 0.75));
            Assert.That(_backoff.After(failures, 1), Is.EqualTo(_backoff.After(failures)));
        }
    }
}
