using System.Linq;
using Canary.Core.Statistics.Kayenta;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Statistics;

public sealed class GivenMetricsToScore
{
    private const Classification Pass = Classification.Pass;
    private const Classification High = Classification.High;
    private const Classification Low = Classification.Low;
    private const Classification Nodata = Classification.Nodata;
    private const Classification NodataFail = Classification.NodataFail;
    private const Classification Error = Classification.Error;

    [Test]
    public void WhenAllPass_ThenTheScoreIsAHundred() => Assert.That(Score([Metric(Pass, "a"), Metric(Pass, "b")]).Value, Is.EqualTo(100));

    [Test]
    public void WhenAGroupIsScored_ThenItIsThePassedShareOfThoseThatCount()
    {
        var score = Score([Metric(Pass, "a"), Metric(Pass, "a"), Metric(High, "a"), Metric(Low, "a"), Metric(NodataFail, "a")]);

        Assert.That(score.Groups, Is.EqualTo(Groups(("a", 40))));
        Assert.That(score.Value, Is.EqualTo(40));
    }

    [Test]
    public void WhenAMetricHasNoValuesOrNoComparison_ThenItDoesNotCountInItsGroup()
    {
        var score = Score([Metric(Pass, "a"), Metric(High, "a"), Metric(Nodata, "a"), Metric(Error, "a")]);

        Assert.That(score.Groups, Is.EqualTo(Groups(("a", 50))));
    }

    [Test]
    public void WhenNothingInAGroupCounts_ThenTheGroupIsAHundredInTheSum()
    {
        var score = Score([Metric(Nodata, "a"), Metric(Error, "a"), Metric(Pass, "b"), Metric(High, "b")]);

        Assert.That(score.Groups, Is.EqualTo(Groups(("a", 100), ("b", 50))));
        Assert.That(score.Value, Is.EqualTo(75));
    }

    [Test]
    public void WhenNoGroupHasAWeight_ThenAllHaveTheSame() =>
        Assert.That(Score([Metric(Pass, "a"), Metric(Pass, "a"), Metric(Pass, "a"), Metric(High, "b")]).Value, Is.EqualTo(50));

    [Test]
    public void WhenGroupsHaveWeights_ThenTheSumIsWeighted() =>
        Assert.That(Score([Metric(Pass, "a"), Metric(High, "b"), Metric(Pass, "b")], ("a", 70), ("b", 30)).Value, Is.EqualTo(85));

    [Test]
    public void WhenSomeGroupsHaveNoWeight_ThenTheyShareWhatIsLeftEqually()
    {
        var score = Score([Metric(High, "a"), Metric(Pass, "b"), Metric(High, "c")], ("a", 40));

        // 0 of 40, 30 of 30, 0 of 30.
        Assert.That(score.Value, Is.EqualTo(30));
    }

    [Test]
    public void WhenAWeightIsOfAGroupThatIsNotThere_ThenItIsLost() =>
        Assert.That(Score([Metric(Pass, "a")], ("a", 60), ("gone", 40)).Value, Is.EqualTo(60));

    [Test]
    public void WhenAllOfAHundredIsGivenAway_ThenAGroupWithoutAWeightCountsNothing() =>
        Assert.That(Score([Metric(Pass, "a"), Metric(High, "b")], ("a", 100)).Value, Is.EqualTo(100));

    [Test]
    public void WhenAMetricIsInSeveralGroups_ThenItCountsInEach()
    {
        var score = Score([Metric(High, "a", "b"), Metric(Pass, "a"), Metric(Pass, "b"), Metric(Pass, "b")]);

        Assert.That(score.Groups.Select(group => group.Group), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(score.Groups[0].Score, Is.EqualTo(50));
        Assert.That(score.Groups[1].Score, Is.EqualTo(200.0 / 3).Within(1e-9));
        Assert.That(score.Value, Is.EqualTo(58.33));
    }

    [Test]
    public void WhenAMetricNamesAGroupTwice_ThenItCountsThereOnce() =>
        Assert.That(Score([Metric(High, "a", "a"), Metric(Pass, "a")]).Value, Is.EqualTo(50));

    [Test]
    public void WhenTheSumHasManyPlaces_ThenItIsRoundedToTwoHalfUp()
    {
        Assert.That(Score([Metric(Pass, "a"), Metric(Pass, "a"), Metric(High, "a")]).Value, Is.EqualTo(66.67));
        Assert.That(Score([Metric(Pass, "a"), Metric(High, "b")], ("a", 66.665), ("b", 33.335)).Value, Is.EqualTo(66.67));
        Assert.That(Score([Metric(Pass, "a"), Metric(High, "b")], ("a", 0.125), ("b", 99)).Value, Is.EqualTo(0.13));
        Assert.That(Score([Metric(Pass, "a"), Metric(High, "b")], ("a", 1.005), ("b", 98)).Value, Is.EqualTo(1.01));
    }

    [Test]
    public void WhenAMetricIsMuted_ThenItIsLeftOutOfTheScore()
    {
        var muted = Metric(High, "a") with { IsMuted = true, IsCritical = true, IsCriticalFailure = true };

        Assert.That(Score([muted, Metric(Pass, "a")]).Value, Is.EqualTo(100));
        Assert.That(Score([muted with { Groups = ["only"] }, Metric(Pass, "a"), Metric(High, "a")]).Groups, Is.EqualTo(Groups(("a", 50))));
        Assert.That(Score([muted with { Classification = Nodata }, Metric(Pass, "a")]).Value, Is.EqualTo(100));
    }

    [Test]
    public void WhenMutedMetricsPass_ThenTheyDoNotHideThatHalfOfTheOthersHaveNoValues() =>
        Assert.That(Score([Metric(Nodata, "a"), Metric(Pass, "a"), Metric(Pass, "a") with { IsMuted = true }]).Value, Is.Zero);

    [TestCase(High)]
    [TestCase(Low)]
    public void WhenADifferenceIsCritical_ThenTheScoreIsZeroAndTheGroupsStay(Classification found)
    {
        var score = Score([Metric(found, "a") with { IsCritical = true, IsCriticalFailure = true }, Metric(Pass, "a")]);

        Assert.That((score.Value, score.Groups), Is.EqualTo((0.0, Groups(("a", 50)))));
    }

    [TestCase(High)]
    [TestCase(Low)]
    public void WhenACriticalMetricDiffersByLessThanItsCriticalEffect_ThenItCountsAsAnyOther(Classification found) =>
        Assert.That(Score([Metric(found, "a") with { IsCritical = true }, Metric(Pass, "a")]).Value, Is.EqualTo(50));

    [TestCase(Nodata)]
    [TestCase(NodataFail)]
    [TestCase(Error)]
    public void WhenACriticalMetricCouldNotBeLookedAt_ThenTheScoreIsZero(Classification found)
    {
        ScoredMetric[] others = [Metric(Pass, "a"), Metric(Pass, "a"), Metric(Pass, "a")];

        Assert.That(Score([Metric(found, "a") with { IsCritical = true }, .. others]).Value, Is.Zero);
        Assert.That(Score([Metric(found, "a"), .. others]).Value, Is.GreaterThan(0));
    }

    [Test]
    public void WhenTheJudgeFailsOnACriticalMetric_ThenItsFailureGoesFromTheComparisonIntoTheScore()
    {
        var found = SampleClassifier.Classify(new() { IsCritical = true }, [5], [2]);

        var score = Score(
            [Metric(found.Classification, "a") with { IsCriticalFailure = found.IsCriticalFailure }, Metric(Pass, "b"), Metric(Pass, "b")]);

        Assert.That(score.Value, Is.Zero);
    }

    [Test]
    public void WhenACriticalMetricPasses_ThenItFailsNothing() =>
        Assert.That(Score([Metric(Pass, "a") with { IsCritical = true }]).Value, Is.EqualTo(100));

    [Test]
    public void WhenHalfOfTheMetricsHaveNoValues_ThenTheScoreIsZero()
    {
        Assert.That(Score([Metric(Nodata, "a"), Metric(Pass, "b")]).Value, Is.Zero);
        Assert.That(Score([Metric(Nodata, "a"), Metric(Pass, "b"), Metric(Pass, "b")]).Value, Is.EqualTo(100));
        Assert.That(Score([Metric(Nodata, "a"), Metric(Nodata, "a"), Metric(Pass, "b"), Metric(Pass, "b"), Metric(Pass, "b")]).Value,
            Is.EqualTo(100));
    }

    [Test]
    public void WhenMetricsMustHaveValues_ThenTheyAreFailuresAndNotGaps()
    {
        Assert.That(Score([Metric(NodataFail, "a"), Metric(Pass, "a")]).Value, Is.EqualTo(50));
        Assert.That(Score([Metric(Error, "a"), Metric(Pass, "b")]).Value, Is.EqualTo(100));
    }

    [Test]
    public void WhenThereIsNothing_ThenTheScoreIsZero()
    {
        Assert.That(Score([]), Is.EqualTo(new KayentaScore(0, [], "there is no metric to score")));
        Assert.That(Score([Metric(Pass) with { IsMuted = true }]).Value, Is.Zero);
        Assert.That(Score([Metric(Pass)]), Is.EqualTo(new KayentaScore(0, [], "no metric is in a group, so nothing is scored")));
    }

    [Test]
    public void WhenItIsExplained_ThenTheMetricsThatMadeItAreNamed()
    {
        Assert.That(Score([Metric(Pass, "a"), Metric(Pass, "a")]).Reason, Is.EqualTo("100 of 100: all 2 metrics are as stable"));
        Assert.That(Score([Metric(Pass, "a"), Metric(Pass, "a"), Metric(High, "a")]).Reason,
            Is.EqualTo("66.67 of 100: a-High (higher than stable)"));
        Assert.That(
            Score([Metric(Low, "a") with { IsCriticalFailure = true }, Metric(Error, "a") with { IsCritical = true }]).Reason,
            Is.EqualTo("critical: a-Low (lower than stable), a-Error (not compared)"));
        Assert.That(Score([Metric(Nodata, "a"), Metric(Pass, "a")]).Reason, Is.EqualTo("1 of 2 metrics have no values: a-Nodata"));
    }

    [Test]
    public void WhenWeightsMakeNoSense_ThenTheyAreRefused()
    {
        Assert.That(() => Score([], ("a", -1)), Throws.ArgumentException);
        Assert.That(() => Score([], ("a", 101)), Throws.ArgumentException);
        Assert.That(() => Score([], ("a", double.NaN)), Throws.ArgumentException);
        Assert.That(() => Score([], ("a", 60), ("b", 60)), Throws.ArgumentException);
        Assert.That(() => Score([], ("a", 10), ("a", 20)), Throws.ArgumentException);
    }

    private static KayentaScore Score(ScoredMetric[] metrics, params (string Group, double Percent)[] weights) =>
        KayentaScore.Of(metrics, [.. weights.Select(weight => new GroupWeight(weight.Group, weight.Percent))]);

    private static ScoredMetric Metric(Classification found, params string[] groups) =>
        new($"{groups.FirstOrDefault()}-{found}", found, false, false, false, groups.ToEquatableArray());

    private static EquatableArray<(string Group, double Score)> Groups(params (string Group, double Score)[] groups) =>
        groups.ToEquatableArray();
}
