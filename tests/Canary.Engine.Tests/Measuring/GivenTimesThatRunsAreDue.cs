using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Engine.Measuring;
using Canary.Engine.Tests.World;
using NUnit.Framework;

namespace Canary.Engine.Tests.Measuring;

public sealed class GivenTimesThatRunsAreDue
{
    [Test]
    public void WhenARunIsDueLaterThanItWas_ThenItsFirstTimeIsPassedOver()
    {
        var due = new DueTimes();
        due.Set("a", At(1));
        due.Set("b", At(2));

        due.Set("a", At(3));

        Assert.That(due.Next(), Is.EqualTo(At(2)));
        Assert.That(due.Take(At(3)), Is.EqualTo(new[] { "b", "a" }));
    }

    [Test]
    public void WhenARunIsTaken_ThenItIsDueNoMore()
    {
        var due = new DueTimes();
        foreach (var second in new[] { 1, 2, 1 }) due.Set("a", At(second));

        Assert.That(due.Take(At(5)), Is.EqualTo(new[] { "a" }));
        Assert.That(due.Next(), Is.Null);
    }

    [Test]
    public void WhenTimesChangeAtRandom_ThenTheFirstIsThatOfAScan([Random(3)] int seed)
    {
        var (random, due, expected) = (new Random(seed), new DueTimes(), new Dictionary<string, DateTimeOffset>());
        for (var step = 0; step < 5_000; step++)
        {
            var (run, at) = ($"r{random.Next(20)}", At(random.Next(100)));
            if (random.Next(5) == 0)
            {
                due.Set(run, null);
                expected.Remove(run);
            }
            else
            {
                due.Set(run, at);
                expected[run] = at;
            }

            if (random.Next(50) == 0)
                foreach (var taken in due.Take(At(30)))
                {
                    Assert.That(expected[taken], Is.LessThanOrEqualTo(At(30)), $"seed {seed}");
                    expected.Remove(taken);
                }

            DateTimeOffset? first = expected.Count == 0 ? null : expected.Values.Min();
            Assert.That(due.Next(), Is.EqualTo(first), $"seed {seed}");
        }
    }

    private static DateTimeOffset At(int second) => A.Morning.AddSeconds(second);
}
