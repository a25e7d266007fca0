using System;
using System.Linq;
using Canary.Core.Statistics.Kayenta;
using MathNet.Numerics.Statistics;
using NUnit.Framework;

namespace Canary.Core.Tests.Statistics;

public sealed class GivenASampleWithOutliers
{
    /// <summary>Quartiles 3 and 13.</summary>
    private static readonly double[] Eleven = [1, 2, 2, 4, 5, 6, 7, 12, 14, 15, 15];

    [Test]
    public void WhenAQuantileIsAsked_ThenItIsTheSeventhTypeOfAnIndependentLibrary()
    {
        var random = new Random(1);

        for (var round = 0; round < 200; round++)
        {
            double[] sorted = [.. Samples.Normal(random, random.Next(1, 60), 50, 10).Order()];
            var share = round % 5 == 0 ? round % 2 : random.NextDouble();
            Assert.That(OutlierFence.Quantile(sorted, share), Is.EqualTo(sorted.QuantileCustom(share, QuantileDefinition.R7)).Within(1e-9));
        }
    }

    [TestCase(0.5, -2, 18)]
    [TestCase(3, -27, 43)]
    public void WhenTheFencesAreBuilt_ThenTheyStandSoManyInterquartileRangesBeyondTheQuartiles(double factor, double low, double high)
    {
        var fence = OutlierFence.Of(Eleven, factor);

        Assert.That((fence.Low, fence.High), Is.EqualTo((low, high)));
    }

    [Test]
    public void WhenTheFencesWouldBeNarrow_ThenTheyAreNeverCloserThanThePercentilesOfOneAndNinetyNine()
    {
        var fence = OutlierFence.Of([.. Enumerable.Range(1, 101).Select(value => (double)value)], 0);

        Assert.That((fence.Low, fence.High), Is.EqualTo((2.0, 100.0)));
    }

    [Test]
    public void WhenAValueIsOnAFence_ThenOnlyThoseStrictlyOutsideAreRemoved()
    {
        var fence = new OutlierFence(-2, 18);

        Assert.That(fence.Inside([-2.001, -2, 0, 18, 18.001]), Is.EqualTo(new double[] { -2, 0, 18 }));
    }

    [Test]
    public void WhenAnInfiniteNeighbourHasNoPartInAQuantile_ThenTheQuantileIsFinite() =>
        Assert.That(OutlierFence.Quantile([1, 2, double.PositiveInfinity], 0.5), Is.EqualTo(2));

    [Test]
    public void WhenItIsToBeLeftOut_ThenTheVerdictIsThatWithoutIt()
    {
        var random = new Random(2);
        var (canary, stable) = (Samples.Normal(random, 60, 100, 3), Samples.Normal(random, 60, 100, 3));
        double[] spoilt = [.. canary, 9000];

        var kept = SampleClassifier.Classify(new(), spoilt, stable);
        var removed = SampleClassifier.Classify(new() { Outliers = OutlierTreatment.Remove }, spoilt, stable);

        Assert.That(kept.MeanRatio, Is.GreaterThan(2));
        Assert.That(removed, Is.EqualTo(SampleClassifier.Classify(new(), canary, stable)));
    }

    [Test]
    public void WhenTheFactorIsSmaller_ThenMoreIsLeftOut()
    {
        double[] canary = [.. Eleven, 30];
        var near = SampleClassifier.Classify(new() { Outliers = OutlierTreatment.Remove, OutlierFactor = 1 }, canary, [5, 6, 7]);
        var far = SampleClassifier.Classify(new() { Outliers = OutlierTreatment.Remove }, canary, [5, 6, 7]);

        Assert.That(near.MeanRatio, Is.EqualTo(Eleven.Average() / 6).Within(1e-12));
        Assert.That(far.MeanRatio, Is.EqualTo(canary.Average() / 6).Within(1e-12));
    }

    [Test]
    public void WhenEachArmHasItsOwn_ThenEachIsFencedAlone()
    {
        double[] tens = [8, 9, 9, 10, 10, 10, 11, 11, 12], thousands = [.. tens.Select(value => value * 100)];

        var found = SampleClassifier.Classify(new() { Outliers = OutlierTreatment.Remove }, [.. thousands, 10], [.. tens, 1000]);

        Assert.That(found.MeanRatio, Is.EqualTo(100).Within(1e-9));
    }

    [Test]
    public void WhenMissingValuesStandForZero_ThenTheyAreThereBeforeTheFencesAre()
    {
        var how = new SampleComparison { Missing = MissingValues.Replace, Outliers = OutlierTreatment.Remove };
        double[] tens = [8, 9, 9, 10, 10, 10, 11, 11, 12];

        var found = SampleClassifier.Classify(how, [.. tens, double.NaN], [5]);

        // The 0 lies below the fence, which is 9 - 3 * 2.
        Assert.That(found.MeanRatio, Is.EqualTo(2));
    }
}
