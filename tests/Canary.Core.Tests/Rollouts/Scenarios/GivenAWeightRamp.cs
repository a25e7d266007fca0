using System;
using System.Linq;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts.Scenarios;

public sealed class GivenAWeightRamp
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [TestCase(1, 50, 10, null, "1 11 21 31 41 50")]
    [TestCase(10, 50, 20, null, "10 30 50")]
    [TestCase(5, 5, 5, null, "5")]
    [TestCase(90, 100, 50, null, "90 100")]
    [TestCase(1, 50, null, 2.0, "1 2 4 8 16 32 50")]
    [TestCase(1, 10, null, 1.1, "1 2 3 4 5 6 7 8 9 10")]
    [TestCase(3, 30, null, 1.5, "3 5 8 12 18 27 30")]
    public void WhenItIsWrittenOut_ThenEachWeightHasItsTime(int from, int to, int? by, double? factor, string weights)
    {
        var ramp = new WeightRamp(Weight.FromPercent(from), Weight.FromPercent(to),
            by is { } step ? Weight.FromPercent(step) : null, (decimal?)factor, Minute);

        var steps = ramp.Steps().ToArray();

        Assert.Multiple(() =>
        {
            Assert.That(string.Join(' ', steps.OfType<Step.SetWeight>().Select(one => one.Weight)), Is.EqualTo(weights));
            Assert.That(steps.Where((_, index) => index % 2 == 1), Is.All.EqualTo(new Step.Pause(Minute)));
            Assert.That(ramp.Count(), Is.EqualTo(steps.Length / 2));
        });
    }

    [Test]
    public void WhenItHasTooManyWeights_ThenItEndsAllTheSame()
    {
        var ramp = new WeightRamp(Weight.FromPercent(1), Weight.FromPercent(100), Weight.FromPercent(1), null, Minute);

        Assert.That((ramp.Count(), ramp.Steps().Count()), Is.EqualTo((WeightRamp.MostWeights + 1, 2 * (WeightRamp.MostWeights + 1))));
    }
}
