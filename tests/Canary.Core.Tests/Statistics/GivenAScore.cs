using Canary.Core.Statistics.Kayenta;
using NUnit.Framework;

namespace Canary.Core.Tests.Statistics;

public sealed class GivenAScore
{
    private static readonly ScoreThresholds Thresholds = new(95, 75);

    [TestCase(100, ScoreLabel.Pass)]
    [TestCase(95, ScoreLabel.Pass)]
    [TestCase(94.99, ScoreLabel.Marginal)]
    [TestCase(75, ScoreLabel.Marginal)]
    [TestCase(74.99, ScoreLabel.Fail)]
    [TestCase(0, ScoreLabel.Fail)]
    public void WhenItIsNamed_ThenAThresholdIsReachedByEquality(double score, ScoreLabel label) =>
        Assert.That(Thresholds.Label(score), Is.EqualTo(label));

    [TestCase(75.01, false)]
    [TestCase(75, true)]
    [TestCase(10, true)]
    public void WhenMoreIntervalsFollow_ThenTheRunEndsAtTheMarginalThresholdAlready(double score, bool isTerminal) =>
        Assert.That(Thresholds.IsTerminal(score), Is.EqualTo(isTerminal));

    [TestCase(95, true)]
    [TestCase(94.99, false)]
    public void WhenItIsTheLast_ThenItHasToPass(double score, bool isPassed) =>
        Assert.That(Thresholds.IsPassedWith(score), Is.EqualTo(isPassed));
}
