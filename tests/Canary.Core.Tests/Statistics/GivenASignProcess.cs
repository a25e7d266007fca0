using System;
using System.Linq;
using Canary.Core.Statistics;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Statistics;

public sealed class GivenASignProcess
{
    [Test]
    public void WhenTheArmsAreExchangeable_ThenTheChanceToBeEverConvincedIsBounded([Values(10, 20, 100)] int odds)
    {
        // Exactly: all 65,536 courses of 16 windows.
        var convinced = Enumerable.Range(0, 1 << 16).Count(course =>
        {
            EquatableArray<double> state = [];
            for (var window = 0; window < 16; window++)
            {
                state = SignProcess.Add(state, (course >> window & 1) == 1 ? 1 : -1);
                if (RatioProcess.LogEvidence(state) >= Math.Log(odds)) return true;
            }

            return false;
        });

        Assert.That(convinced / 65536.0, Is.LessThanOrEqualTo(1.0 / odds));
    }

    [TestCase(0, 0)]
    [TestCase(8, 0)]
    [TestCase(300, 200)]
    public void WhenOnlyTheNumbersAreKnown_ThenTheEvidenceIsThatOfAnyOrder(int worse, int better)
    {
        var state = Enumerable.Repeat(-1, better).Concat(Enumerable.Repeat(1, worse)).Aggregate((EquatableArray<double>)[],
            SignProcess.Add);

        Assert.That(SignProcess.LogEvidence(worse, better), Is.EqualTo(RatioProcess.LogEvidence(state)).Within(1e-3));
    }

    [TestCase(10, 5)]
    [TestCase(20, 7)]
    [TestCase(100, 10)]
    public void WhenEveryWindowAgrees_ThenSoManyAreNeeded(int odds, int windows)
    {
        var states = Enumerable.Range(0, windows)
            .Aggregate(new[] { default(EquatableArray<double>) }.ToList(), (all, _) => [.. all, SignProcess.Add(all[^1], 1)]);

        Assert.That(states.TakeWhile(state => RatioProcess.LogEvidence(state) < Math.Log(odds)).Count(), Is.EqualTo(windows));
    }

    [TestCase(100, 1, 900, 9, 0)]
    [TestCase(100, 2, 900, 9, 1)]
    [TestCase(100, 0, 900, 9, -1)]
    [TestCase(long.MaxValue / 4, 3, long.MaxValue / 4, 2, 1)]
    public void WhenRatesAreCompared_ThenExactly(long n, long events, long stable, long theirs, int sign) =>
        Assert.That(SignProcess.Sign(n, events, stable, theirs), Is.EqualTo(sign));

    [Test]
    public void WhenRatesAreEqual_ThenTheWindowIsSkipped()
    {
        var state = SignProcess.Add([], 1);

        Assert.That(SignProcess.Add(state, 0), Is.EqualTo(state));
    }
}
