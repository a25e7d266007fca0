using System.Linq;
using Canary.Core.Statistics.Kayenta;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Statistics;

public sealed class GivenSeriesOfTwoArms
{
    private static readonly (string, string)[] Get = [("method", "GET"), ("zone", "a")];
    private static readonly (string, string)[] Put = [("method", "PUT"), ("zone", "a")];

    [Test]
    public void WhenTheyHaveTheSameTags_ThenTheyArePairedInWhateverOrderTheTagsAre()
    {
        var pairing = SamplePairing.Of([Set(Get, 1, 2), Set(Put, 3, 4)], [Set(Put, 5, 6), Set([.. Get.Reverse()], 7, 8)], 2);

        Assert.That(pairing, Is.EqualTo(new SamplePairing([Pair(Get, [1, 2], [7, 8]), Pair(Put, [3, 4], [5, 6])], "")));
    }

    [Test]
    public void WhenAnArmLacksTags_ThenItsPointsAreNaN()
    {
        var pairing = SamplePairing.Of([Set(Get, 1, 2)], [Set(Put, 5, 6)], 2);

        Assert.That(pairing.Pairs,
            Is.EqualTo(EquatableArrays.Create([Pair(Get, [1, 2], [double.NaN, double.NaN]), Pair(Put, [double.NaN, double.NaN], [5, 6])])));
    }

    [Test]
    public void WhenASeriesIsShorterThanTheInterval_ThenItIsFilledUpAtItsEndAndALongerOneIsLeft()
    {
        var pairing = SamplePairing.Of([Set(Get, 1)], [Set(Get, 5, 6, 7, 8)], 3);

        Assert.That(pairing.Pairs.Single(), Is.EqualTo(Pair(Get, [1, double.NaN, double.NaN], [5, 6, 7, 8])));
    }

    [Test]
    public void WhenAnAnswerWasEmpty_ThenItIsASeriesWithoutValuesAndTheMetricHasNoData()
    {
        var pairing = SamplePairing.Of([Set([])], [Set([], 5, 6)], 2);

        Assert.That(SampleClassifier.Classify(new(), pairing.Pairs.Single().Canary, pairing.Pairs.Single().Stable).Classification,
            Is.EqualTo(Classification.Nodata));
    }

    [Test]
    public void WhenThereAreNone_ThenThereIsNoPairAndNoProblem() =>
        Assert.That(SamplePairing.Of([], [], 5), Is.EqualTo(new SamplePairing([], "")));

    [Test]
    public void WhenTheyCannotBePaired_ThenTheProblemIsSaid()
    {
        (SamplePairing Pairing, string Problem)[] cases =
        [
            (SamplePairing.Of([], [Set(Get, 1)], 1), "errors is there for stable and not for the canary"),
            (SamplePairing.Of([Set(Get, 1)], [], 1), "errors is there for the canary and not for stable"),
            (SamplePairing.Of([Set(Get, 1)], [Set(Get, 1) with { Metric = "latency" }], 1), "errors and latency are two metrics"),
            (SamplePairing.Of([Set(Get, 1)], [Set([("method", "GET")], 1)], 1),
                "some series of errors have the tags method, zone and others method"),
            (SamplePairing.Of([Set(Get, 1)], [Set([], 1)], 1), "some series of errors have the tags method, zone and others (none)"),
            (SamplePairing.Of([Set(Get, 1), Set([.. Get.Reverse()], 2)], [Set(Get, 1)], 1),
                "two series of errors have the same tags in one arm"),
        ];

        Assert.That(cases.Select(one => one.Pairing), Is.EqualTo(cases.Select(one => new SamplePairing([], one.Problem))));
    }

    private static SampleSet Set((string, string)[] tags, params double[] values) =>
        new("errors", tags.ToEquatableArray(), values.ToEquatableArray());

    private static SamplePair Pair((string, string)[] tags, double[] canary, double[] stable) =>
        new(tags.ToEquatableArray(), canary.ToEquatableArray(), stable.ToEquatableArray());
}
