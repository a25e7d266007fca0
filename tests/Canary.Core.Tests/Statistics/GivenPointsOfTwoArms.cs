using System;
using System.Linq;
using Canary.Core.Statistics;
using Canary.Core.Statistics.Kayenta;
using NUnit.Framework;

namespace Canary.Core.Tests.Statistics;

public sealed class GivenPointsOfTwoArms
{
    private static readonly SampleComparison Default = new();
    private static readonly double[] Tens = Samples.Normal(new(1), 60, 10, 1);
    private static readonly double[] OtherTens = Samples.Normal(new(2), 60, 10, 1);
    private static readonly double[] Twenties = Samples.Normal(new(3), 60, 20, 1);
    private static readonly double[] Nothing = [];
    private static readonly double[] Gaps = [double.NaN, double.NaN];

    [Test]
    public void WhenNothingIsSaid_ThenTheDefaultsAreKayentas() =>
        Assert.That(Default, Is.EqualTo(new SampleComparison
        {
            Direction = ShiftDirection.Either,
            Missing = MissingValues.Remove,
            Outliers = OutlierTreatment.Keep,
            OutlierFactor = 3,
            Effect = EffectMeasure.MeanRatio,
            AllowedIncrease = null,
            IsCritical = false,
            MustHaveValues = false,
        }));

    [TestCase(MissingValues.Remove, false, false, Classification.Nodata, false)]
    [TestCase(MissingValues.Remove, false, true, Classification.Nodata, true)]
    [TestCase(MissingValues.Remove, true, false, Classification.NodataFail, false)]
    [TestCase(MissingValues.Remove, true, true, Classification.Nodata, true)]
    [TestCase(MissingValues.Replace, false, false, Classification.Pass, false)]
    [TestCase(MissingValues.Replace, false, true, Classification.Pass, false)]
    [TestCase(MissingValues.Replace, true, false, Classification.Pass, false)]
    [TestCase(MissingValues.Replace, true, true, Classification.Pass, false)]
    public void WhenAnArmIsEmpty_ThenTheSettingsSayWhatThatMeans(MissingValues missing, bool mustHaveValues, bool isCritical,
        Classification expected, bool isCriticalFailure)
    {
        var how = new SampleComparison { Missing = missing, MustHaveValues = mustHaveValues, IsCritical = isCritical };
        foreach (var (canary, stable) in new[] { (Nothing, Tens), (Tens, Nothing), (Nothing, Nothing) })
        {
            var found = SampleClassifier.Classify(how, canary, stable);

            Assert.That((found.Classification, found.IsCriticalFailure, found.MeanRatio), Is.EqualTo((expected, isCriticalFailure, 1.0)));
            Assert.That(found.Estimate, Is.NaN);
        }
    }

    [Test]
    public void WhenAnArmIsEmpty_ThenTheReasonNamesIt()
    {
        Assert.That(SampleClassifier.Classify(Default, Nothing, Tens).Reason, Is.EqualTo("the canary has no value"));
        Assert.That(SampleClassifier.Classify(Default, Tens, Nothing).Reason, Is.EqualTo("stable has no value"));
        Assert.That(SampleClassifier.Classify(Default with { MustHaveValues = true }, Gaps, Nothing).Reason,
            Is.EqualTo("neither arm has a value, and it must have some"));
        Assert.That(SampleClassifier.Classify(Default with { Missing = MissingValues.Replace }, Nothing, Tens).Reason,
            Is.EqualTo("the canary has no value, which stands for 0 here"));
    }

    [Test]
    public void WhenAnArmHasOnlyGaps_ThenItIsEmptyIfTheyAreRemovedAndZerosIfTheyAreReplaced()
    {
        Assert.That(SampleClassifier.Classify(Default, Gaps, Tens).Classification, Is.EqualTo(Classification.Nodata));
        Assert.That(SampleClassifier.Classify(Default with { Missing = MissingValues.Replace }, Samples.Repeated(double.NaN, 60),
            Tens).Classification, Is.EqualTo(Classification.Low));
    }

    [Test]
    public void WhenThereAreGaps_ThenTheyAreLeftOutOrZeros()
    {
        double[] canary = [6, double.NaN, 9, double.NaN], stable = [5, 5];

        Assert.That(SampleClassifier.Classify(Default, canary, stable).MeanRatio, Is.EqualTo(1.5));
        Assert.That(SampleClassifier.Classify(Default with { Missing = MissingValues.Replace }, canary, stable).MeanRatio,
            Is.EqualTo(0.75));
    }

    [Test]
    public void WhenTheArmsHaveTheSameValues_ThenItPassesInWhateverOrderTheyAre()
    {
        var found = SampleClassifier.Classify(Default with { IsCritical = true }, Samples.Shuffled(new(9), Tens), Tens);

        Assert.That(found,
            Is.EqualTo(
                new ClassifiedSample(Classification.Pass, false, 1, double.NaN, double.NaN, double.NaN, "the arms have the same values")));
    }

    [Test]
    public void WhenAllValuesOfBothArmsAreOne_ThenItPassesAlsoWithUnequalNumbers()
    {
        var found = SampleClassifier.Classify(Default, Samples.Repeated(7.5, 3), Samples.Repeated(7.5, 40));

        Assert.That(found,
            Is.EqualTo(new ClassifiedSample(Classification.Pass, false, 1, double.NaN, double.NaN, double.NaN,
                "every value of both arms is 7.5")));
    }

    [Test]
    public void WhenTheArmsAreTheSameAndInfinite_ThenItPassesBeforeItWouldFail()
    {
        double[] infinite = [1, double.PositiveInfinity];

        Assert.That(SampleClassifier.Classify(Default, infinite, infinite).Classification, Is.EqualTo(Classification.Pass));
        Assert.That(SampleClassifier.Classify(Default, [double.PositiveInfinity],
            [double.PositiveInfinity, double.PositiveInfinity]).Classification, Is.EqualTo(Classification.Pass));
    }

    [TestCase(double.PositiveInfinity, true)]
    [TestCase(double.NegativeInfinity, false)]
    public void WhenAValueIsInfinite_ThenItCannotBeComparedAndACriticalMetricStaysCritical(double value, bool isCritical)
    {
        var found = SampleClassifier.Classify(Default with { IsCritical = isCritical }, [.. Tens, value], OtherTens);

        Assert.That((found.Classification, found.IsCriticalFailure), Is.EqualTo((Classification.Error, isCritical)));
        Assert.That(found.Reason, Is.EqualTo("the arms cannot be compared: a value is infinite"));
    }

    [TestCase(ShiftDirection.Either, Classification.High, Classification.Low)]
    [TestCase(ShiftDirection.Increase, Classification.High, Classification.Pass)]
    [TestCase(ShiftDirection.Decrease, Classification.Pass, Classification.Low)]
    public void WhenTheCanaryIsTwiceOrHalf_ThenTheDirectionSaysWhetherItIsAFinding(ShiftDirection direction, Classification twice,
        Classification half)
    {
        var how = Default with { Direction = direction };

        Assert.That(SampleClassifier.Classify(how, Twenties, Tens).Classification, Is.EqualTo(twice));
        Assert.That(SampleClassifier.Classify(how, Tens, Twenties).Classification, Is.EqualTo(half));
    }

    [Test]
    public void WhenTheArmsAreDrawnAlike_ThenItPassesWithItsNumbers()
    {
        var found = SampleClassifier.Classify(Default, OtherTens, Tens);

        Assert.That(found.Classification, Is.EqualTo(Classification.Pass));
        Assert.That(found.MeanRatio, Is.EqualTo(OtherTens.Average() / Tens.Average()).Within(1e-12));
        Assert.That(found.Low, Is.LessThan(0));
        Assert.That(found.High, Is.GreaterThan(0));
        Assert.That(found.Reason, Does.StartWith("no difference that counts: "));
    }

    [Test]
    public void WhenADifferenceIsFound_ThenTheNumbersAreThoseOfTheInversionAndTheReasonSaysThem()
    {
        var found = SampleClassifier.Classify(Default, Twenties, Tens);

        var shift = new MannWhitney(Twenties, Tens).Shift(0.98)!;
        Assert.That((found.Estimate, found.Low, found.High), Is.EqualTo((shift.Estimate, shift.Low, shift.High)));
        Assert.That(found.Reason,
            Does.Match(
                @"^the canary is higher: \+9\.\d+ on the whole, \+9\.\d+ to \+10\.\d+ at 98 % confidence; its mean is [12]\.\d+ times stable's$"));
        Assert.That(SampleClassifier.Classify(Default, Tens, Twenties).Reason, Does.StartWith("the canary is lower: -9."));
        Assert.That(SampleClassifier.Classify(Default, Tens, [.. Tens.Select(_ => 0.0)]).Reason, Does.EndWith("the mean of an arm is 0"));
    }

    // The bound is a quarter of the estimate, and a bound of the interval on it is not beyond it.
    [TestCase(8, 2.01, 14, Classification.High)]
    [TestCase(8, 2, 14, Classification.Pass)]
    [TestCase(8, 1, 14, Classification.Pass)]
    [TestCase(-8, -14, -2.01, Classification.Low)]
    [TestCase(-8, -14, -2, Classification.Pass)]
    [TestCase(0, 0, 0, Classification.Pass)]
    [TestCase(0, 0.1, 1, Classification.High)]
    public void WhenTheNearBoundIsJudged_ThenItHasToExceedAQuarterOfTheEstimate(double estimate, double low, double high,
        Classification expected) =>
        Assert.That(SampleClassifier.Compared(Default, new(estimate, low, high), double.NaN), Is.EqualTo(expected));

    [Test]
    public void WhenTheBoundsHaveCrossedSoThatBothApply_ThenHigherIsAskedForFirst()
    {
        var crossed = new ShiftInterval(0, 3e-5, -2e-5);

        Assert.That(SampleClassifier.Compared(Default, crossed, double.NaN), Is.EqualTo(Classification.High));
        Assert.That(SampleClassifier.Compared(Default, crossed, 0.9), Is.EqualTo(Classification.Low));
        Assert.That(SampleClassifier.Compared(Default with { Direction = ShiftDirection.Decrease }, crossed, double.NaN),
            Is.EqualTo(Classification.Low));
    }

    [TestCase(EffectMeasure.MeanRatio, null, 1, Classification.High)]
    [TestCase(EffectMeasure.MeanRatio, null, 0.99, Classification.Pass)]
    [TestCase(EffectMeasure.MeanRatio, null, double.NaN, Classification.High)]
    [TestCase(EffectMeasure.MeanRatio, 1.5, 1.5, Classification.High)]
    [TestCase(EffectMeasure.MeanRatio, 1.5, 1.49, Classification.Pass)]
    [TestCase(EffectMeasure.MeanRatio, 1.5, double.NaN, Classification.High)]
    [TestCase(EffectMeasure.Cles, null, 0.5, Classification.High)]
    [TestCase(EffectMeasure.Cles, null, 0.49, Classification.Pass)]
    [TestCase(EffectMeasure.Cles, 0.8, 0.79, Classification.Pass)]
    public void WhenTheCanaryIsHigher_ThenTheEffectHasToReachWhatIsAllowed(EffectMeasure measure, double? allowed, double effect,
        Classification expected) =>
        Assert.That(SampleClassifier.Compared(Default with { Effect = measure, AllowedIncrease = allowed }, new(2, 1, 3), effect),
            Is.EqualTo(expected));

    [TestCase(EffectMeasure.MeanRatio, null, 1, Classification.Low)]
    [TestCase(EffectMeasure.MeanRatio, null, 1.01, Classification.Pass)]
    [TestCase(EffectMeasure.MeanRatio, 0.5, 0.5, Classification.Low)]
    [TestCase(EffectMeasure.MeanRatio, 0.5, 0.51, Classification.Pass)]
    [TestCase(EffectMeasure.MeanRatio, 0.5, double.NaN, Classification.Low)]
    [TestCase(EffectMeasure.Cles, null, 0.5, Classification.Low)]
    [TestCase(EffectMeasure.Cles, null, 0.51, Classification.Pass)]
    public void WhenTheCanaryIsLower_ThenTheEffectHasToFallToWhatIsAllowed(EffectMeasure measure, double? allowed, double effect,
        Classification expected) =>
        Assert.That(SampleClassifier.Compared(Default with { Effect = measure, AllowedDecrease = allowed }, new(-2, -3, -1), effect),
            Is.EqualTo(expected));

    [Test]
    public void WhenTheEffectIsAChance_ThenTheReportedRatioIsThatOfTheMeansAllTheSame()
    {
        double[] canary = [.. Tens.Select(value => value + 1)];
        var chance = new MannWhitney(canary, Tens).Superiority();

        var below = SampleClassifier.Classify(Default with { Effect = EffectMeasure.Cles, AllowedIncrease = chance }, canary, Tens);
        var above = SampleClassifier.Classify(Default with { Effect = EffectMeasure.Cles, AllowedIncrease = chance + 1e-9 }, canary, Tens);

        Assert.That((below.Classification, above.Classification), Is.EqualTo((Classification.High, Classification.Pass)));
        Assert.That(below.MeanRatio, Is.EqualTo(canary.Average() / Tens.Average()).Within(1e-12));
    }

    [Test]
    public void WhenAMeanIsZero_ThenThereIsNoRatioAndTheDifferenceCounts()
    {
        double[] errors = [.. Enumerable.Range(1, 30).Select(value => (double)value)];

        var found = SampleClassifier.Classify(Default with { AllowedIncrease = 5, IsCritical = true, CriticalIncrease = 9 }, errors,
            new double[30]);

        Assert.That(found.MeanRatio, Is.NaN);
        Assert.That((found.Classification, found.IsCriticalFailure), Is.EqualTo((Classification.High, true)));
        Assert.That(SampleClassifier.Classify(Default, new double[30], errors).MeanRatio, Is.NaN);
    }

    [TestCase(false, null, Classification.High, false)]
    [TestCase(true, null, Classification.High, true)]
    [TestCase(true, 1.5, Classification.High, true)]
    [TestCase(true, 3.0, Classification.High, false)]
    public void WhenACriticalMetricIsHigher_ThenItFailsEverythingOnlyFromTheCriticalEffectOn(bool isCritical, double? criticalIncrease,
        Classification expected, bool isFailure)
    {
        var found =
            SampleClassifier.Classify(Default with { IsCritical = isCritical, CriticalIncrease = criticalIncrease }, Twenties, Tens);

        Assert.That((found.Classification, found.IsCriticalFailure), Is.EqualTo((expected, isFailure)));
    }

    [TestCase(false, null, false)]
    [TestCase(true, null, true)]
    [TestCase(true, 0.6, true)]
    [TestCase(true, 0.3, false)]
    public void WhenACriticalMetricIsLower_ThenItFailsEverythingOnlyFromTheCriticalEffectOn(bool isCritical, double? criticalDecrease,
        bool isFailure)
    {
        var found =
            SampleClassifier.Classify(Default with { IsCritical = isCritical, CriticalDecrease = criticalDecrease }, Tens, Twenties);

        Assert.That((found.Classification, found.IsCriticalFailure), Is.EqualTo((Classification.Low, isFailure)));
    }

    [Test]
    public void WhenTheCriticalEffectIsAChance_ThenItsDefaultIsAHalf()
    {
        var how = Default with { IsCritical = true, Effect = EffectMeasure.Cles };

        Assert.That(SampleClassifier.IsCritical(how, Classification.High, 0.5), Is.True);
        Assert.That(SampleClassifier.IsCritical(how, Classification.High, 0.49), Is.False);
        Assert.That(SampleClassifier.IsCritical(how, Classification.Low, 0.51), Is.False);
    }

    [Test]
    public void WhenACriticalMetricPasses_ThenItFailsNothing() =>
        Assert.That(SampleClassifier.Classify(Default with { IsCritical = true }, OtherTens, Tens).IsCriticalFailure, Is.False);

    [Test]
    public void WhenPointsAreShuffled_ThenNothingChanges() =>
        Assert.That(
            SampleClassifier.Classify(Default, Samples.Shuffled(new(4), Twenties), Samples.Shuffled(new(5), Tens)),
            Is.EqualTo(SampleClassifier.Classify(Default, Twenties, Tens)));

    [Test]
    public void WhenTheArmsAreSwapped_ThenHigherIsLower()
    {
        var random = new Random(6);
        for (var round = 0; round < 100; round++)
        {
            var (x, y) = (Samples.Normal(random, 20, 100, 5), Samples.Normal(random, 20, 100 + random.Next(-8, 8), 5));

            var (one, other) =
                (SampleClassifier.Classify(Default, x, y).Classification, SampleClassifier.Classify(Default, y, x).Classification);

            Assert.That(other == Classification.Low, Is.EqualTo(one == Classification.High));
            Assert.That(other == Classification.High, Is.EqualTo(one == Classification.Low));
        }
    }
}
