using System;
using System.Linq;
using Canary.Core.Statistics;
using Canary.Core.Statistics.Kayenta;
using MathNet.Numerics.Statistics;
using NUnit.Framework;

namespace Canary.Core.Tests.Statistics;

public sealed class GivenTwoConstantArms
{
    [TestCase(60, 50, Classification.High)]
    [TestCase(50, 60, Classification.Low)]
    [TestCase(0, 10, Classification.Low)]
    [TestCase(10, 0, Classification.High)]
    public void WhenTheyDiffer_ThenTheDifferenceIsFound(double canary, double stable, Classification expected)
    {
        var found = SampleClassifier.Classify(new(), Samples.Repeated(canary, 50), Samples.Repeated(stable, 50));

        Assert.That(found.Classification, Is.EqualTo(expected));
        Assert.That(found.Estimate, Is.EqualTo(canary - stable).Within(0.001));
    }

    [TestCase(EffectMeasure.MeanRatio, Classification.Pass)]
    [TestCase(EffectMeasure.Cles, Classification.Low)]
    public void WhenTheyAreBelowZero_ThenTheRatioOfTheMeansPointsTheWrongWayAndTheChanceDoesNot(EffectMeasure measure,
        Classification expected)
    {
        var found = SampleClassifier.Classify(new() { Effect = measure }, Samples.Repeated(-60, 50), Samples.Repeated(-50, 50));

        Assert.That(found.Classification, Is.EqualTo(expected));
        Assert.That(found.MeanRatio, Is.EqualTo(1.2).Within(1e-9));
    }

    [Test]
    public void WhenTheyAreComparedAgain_ThenTheNumbersAreTheSame() =>
        Assert.That(
            SampleClassifier.Classify(new(), Samples.Repeated(60, 40), Samples.Repeated(50, 30)),
            Is.EqualTo(SampleClassifier.Classify(new(), Samples.Repeated(60, 40), Samples.Repeated(50, 30))));

    [Test]
    public void WhenTheyDifferByLessThanTheNoise_ThenTheDifferenceDoesNotCount()
    {
        var found = SampleClassifier.Classify(new(), Samples.Repeated(100.00001, 50), Samples.Repeated(100, 50));

        Assert.That(found.Classification, Is.EqualTo(Classification.Pass));
        Assert.That(found.Low, Is.Not.NaN);
    }

    [TestCase(EffectMeasure.Cles, 1.0)]
    [TestCase(EffectMeasure.MeanRatio, 1.2)]
    public void WhenTheEffectIsMeasured_ThenItIsThatOfTheValuesWithoutTheNoise(EffectMeasure measure, double effect)
    {
        var how = new SampleComparison { Effect = measure, AllowedIncrease = effect };

        Assert.That(SampleClassifier.Classify(how, Samples.Repeated(6, 50), Samples.Repeated(5, 50)).Classification,
            Is.EqualTo(Classification.High));
        Assert.That(SampleClassifier.Classify(how, Samples.Repeated(6, 50), Samples.Repeated(5, 50)).MeanRatio, Is.EqualTo(1.2));
        Assert.That(SampleClassifier.Classify(how with { AllowedIncrease = effect + 1e-12 }, Samples.Repeated(6, 50),
            Samples.Repeated(5, 50)).Classification, Is.EqualTo(Classification.Pass));
    }

    [Test]
    public void WhenNoiseIsAdded_ThenItsDeviationIsAHundredThousandthOfTheValueAndItsMeanNothing()
    {
        var spread = ConstantNoise.On(Samples.Repeated(-2000, 400));

        Assert.That(spread.Mean(), Is.EqualTo(-2000).Within(1e-9));
        Assert.That(spread.StandardDeviation(), Is.EqualTo(0.02).Within(0.0003));
        Assert.That(spread.Distinct().Count(), Is.EqualTo(400));
    }

    [Test]
    public void WhenNoiseIsAddedToZeros_ThenTheyStayZeros() =>
        Assert.That(ConstantNoise.On([0, 0, 0]), Is.EqualTo(new double[] { 0, 0, 0 }));

    [Test]
    public void WhenOnlyOneIsConstant_ThenNoNoiseIsAdded()
    {
        double[] canary = [.. Enumerable.Range(1, 30).Select(value => (double)value)];

        var found = SampleClassifier.Classify(new(), canary, Samples.Repeated(15.5, 30));

        var shift = new MannWhitney(canary, Samples.Repeated(15.5, 30)).Shift(0.98)!;
        Assert.That((found.Estimate, found.Low, found.High), Is.EqualTo((shift.Estimate, shift.Low, shift.High)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void WhenEachHasOneValue_ThenTheyCannotBeComparedAndACriticalMetricStaysCritical(bool isCritical)
    {
        var found = SampleClassifier.Classify(new() { IsCritical = isCritical }, [5], [2]);

        Assert.That((found.Classification, found.IsCriticalFailure), Is.EqualTo((Classification.Error, isCritical)));
        Assert.That(found.MeanRatio, Is.EqualTo(2.5));
        Assert.That(found.Reason, Does.Contain("cannot be compared").And.Contain("all values are equal once"));
    }
}
