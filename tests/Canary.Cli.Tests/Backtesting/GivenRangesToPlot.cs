using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Xml.Linq;
using Canary.Cli.Backtesting.Placebo;
using Canary.Core.Analysis;
using Canary.Core.Placebo;
using Canary.Core.Statistics;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Cli.Tests.Backtesting;

/// <summary>The ranges of a placebo backtest as a picture. CANARY_UPDATE=1 writes it anew: look at it in a browser.</summary>
public sealed class GivenRangesToPlot
{
    private static readonly RatioRange Usual = new(0.6, 1.8);

    private static readonly (RunPhase, RatioRange)[] Rollouts =
    [
        (RunPhase.Successful, Usual), (RunPhase.Failed, new(1.4, 4)), (RunPhase.Inconclusive, new(1.1, 2.2)),
        (RunPhase.Successful, new(0, 1.5)), (RunPhase.Successful, new(0.7, double.PositiveInfinity)), (RunPhase.Successful, RatioRange.All),
    ];

    [Test]
    public void WhenItIsDrawn_ThenItIsThePicture()
    {
        var picture = PlaceboPlot.Render(PlaceboResults.Build(("errors", 1.25, Rollouts)) with { Notes = ["this is a note"] });

        var file = RepositoryFolder.PathTo("tests", "Canary.Cli.Tests", "Backtesting", "Golden", "placebo.svg");
        if (Environment.GetEnvironmentVariable("CANARY_UPDATE") == "1") File.WriteAllText(file, picture);
        Assert.That(picture, Is.EqualTo(File.ReadAllText(file)), "look at it, and run the test with CANARY_UPDATE=1");
    }

    [Test]
    public void WhenRangesExcludeOne_ThenTheTitleCountsThem() => Assert.That(Texts(Draw(("errors", 1, Rollouts))),
        Has.Some.EqualTo("errors: 2 of 5 ranges exclude 1 at the end, 2 at some look")
            .And.Some.EqualTo("40 % at some look (95 %: 5.3 % to 85 %); promised: at most 1 %; without a range: 1"));

    [Test]
    public void WhenARangeExcludedOneEarlier_ThenItCountsAtSomeLookAlone()
    {
        var coverage = RangeCoverage.Count([new(Usual, true, []), new(Usual, false, []), new(RatioRange.All, false, [])], 3);

        Assert.That((coverage.AtEnd, coverage.Ever, coverage.Known, coverage.Without), Is.EqualTo((0, 1, 2, 1)));
        Assert.That(coverage.Interval, Is.EqualTo(ClopperPearsonInterval.Of(1, 2)), "the one without a range shows nothing");
    }

    [Test]
    public void WhenRolloutsOverlap_ThenTheIntervalIsThatOfThoseThatDoNot() => Assert.That(
        RangeCoverage.Count([.. Enumerable.Repeat(new PlaceboRanges(Usual, false, []), 100)], 10).Interval,
        Is.EqualTo(ClopperPearsonInterval.Of(0, 10)));

    [TestCase(0, 1.5, "lower")]
    [TestCase(0.7, double.PositiveInfinity, "upper")]
    [TestCase(0.0011, 900, "lower upper")]
    [TestCase(0.6, 1.8, "")]
    public void WhenAnEndIsBeyondThePicture_ThenAnArrowSaysSo(double low, double high, string expected)
    {
        var svg = Draw(("errors", 1, [(RunPhase.Successful, new(low, high)), .. Enumerable.Repeat((RunPhase.Successful, Usual), 60)]));

        var bar = svg.Descendants().First(one => one.Name.LocalName == "g");
        var middle = Number(bar, "rect", "y") + (Number(bar, "rect", "height") / 2);
        var arrows = bar.Elements().Where(one => one.Name.LocalName == "polygon")
            .Select(one => ((string)one.Attribute("points")!).Split(' ')[1].Split(',')[1])
            .Select(tip => double.Parse(tip, CultureInfo.InvariantCulture) > middle ? "lower" : "upper").Order();
        Assert.That(string.Join(' ', arrows), Is.EqualTo(expected));
    }

    [Test]
    public void WhenABarIsPointedAt_ThenItSaysTheRangeAndTheOutcome() => Assert.That(Tooltips(Draw(("errors", 1, Rollouts))),
        Is.EqualTo(new[]
        {
            "2026-03-01 10:00Z, checkout-0 as the canary: promoted; errors are 0.6 to 1.8 times stable's (99 %)",
            "2026-03-01 10:10Z, checkout-0 as the canary: rolled back after 5m; errors are 1.4 to 4 times stable's (99 %)",
            "2026-03-01 10:20Z, checkout-0 as the canary: has not shown yet that the canary is not much worse; errors are 1.1 to 2.2 times "
                + "stable's (99 %)",
            "2026-03-01 10:30Z, checkout-0 as the canary: promoted; errors are at most 1.5 times stable's (99 %)",
            "2026-03-01 10:40Z, checkout-0 as the canary: promoted; errors are at least 0.7 times stable's (99 %)",
        }));

    [Test]
    public void WhenAMetricHasNoRange_ThenItSaysSoAndDrawsNothing()
    {
        var svg = Draw(("errors", 1, Rollouts), ("idle", 1, [.. Rollouts.Select(_ => (RunPhase.Successful, RatioRange.All))]));

        Assert.That(Texts(svg), Has.Some.EqualTo("idle: no range")
            .And.Some.EqualTo("the evidence excludes no ratio in any of the rollouts: nearly nothing was seen"));
        Assert.That(svg.Descendants().Count(one => (string?)one.Attribute("class") == "frame"), Is.EqualTo(2), "those of errors");
    }

    [Test]
    public void WhenThereAreThousands_ThenSomeHundredsAreDrawnAndAllAreCounted()
    {
        var many = Enumerable.Range(0, 4000)
            .Select(at => at % 100 == 0 ? (RunPhase.Failed, new RatioRange(1.4, 4)) : (RunPhase.Successful, Usual)).ToArray();

        var svg = Draw(("errors", 1, many));

        Assert.That(Tooltips(svg), Has.Length.EqualTo(RangePanel.MostBars));
        Assert.That(Tooltips(svg).Count(one => one.Contains("rolled back after", StringComparison.Ordinal)), Is.EqualTo(40));
        Assert.That(Texts(svg), Has.Some.EqualTo("errors: 40 of 4,000 ranges exclude 1 at the end, 40 at some look")
            .And.Some.EndsWith("(300 of 4,000 are drawn, first those that excluded 1)")
            .And.Some.EqualTo("would have been rolled back: 40").And.Some.EqualTo("would have been promoted: 3,960"));
    }

    [Test]
    public void WhenThousandsExcludeOne_ThenSomeHundredsOfThemAreDrawn() => Assert.That(
        Tooltips(Draw(("errors", 1, [.. Enumerable.Repeat((RunPhase.Failed, new RatioRange(1.4, 4)), 1000)]))),
        Has.Length.EqualTo(RangePanel.MostBars).And.Unique);

    [Test]
    public void WhenTheWeightRises_ThenItIsMarkedAtItsTime()
    {
        var svg = Draw(("errors", 1, Rollouts));

        var raise = svg.Descendants().Single(one => (string?)one.Attribute("class") == "raise");
        var frame = svg.Descendants().Last(one => (string?)one.Attribute("class") == "frame");
        Assert.That((double)raise.Attribute("x1")!, Is.EqualTo((double)frame.Attribute("x")! + (0.4 * (double)frame.Attribute("width")!))
            .Within(0.1), "four minutes of ten");
        Assert.That(raise.Value, Is.EqualTo("the weight rises to 25 %"));
    }

    [Test]
    public void WhenANoteIsLongOrHasMarkup_ThenItIsStillOneDocument()
    {
        var note = string.Join(' ', Enumerable.Repeat("a<b & \"c\"", 40));

        var svg = XDocument.Parse(PlaceboPlot.Render(PlaceboResults.Build(("a<b>", 1, Rollouts)) with { Notes = [note] }));

        Assert.That(string.Join(' ', svg.Descendants().Where(one => one.Name.LocalName == "text").Select(one => one.Value)),
            Does.Contain($"Note: {note}").And.Contain("a<b>: 2 of 5 ranges exclude 1"));
    }

    private static XElement Draw(params (string, double, (RunPhase, RatioRange)[])[] metrics) =>
        XDocument.Parse(PlaceboPlot.Render(PlaceboResults.Build(metrics))).Root!;

    private static string[] Texts(XElement svg) =>
        [.. svg.Descendants().Where(one => one.Name.LocalName == "text").Select(one => one.Value)];

    private static string[] Tooltips(XElement svg) => [.. svg.Descendants().Where(one => one.Name.LocalName == "g")
        .Select(one => one.Elements().First(child => child.Name.LocalName == "title").Value)];

    private static double Number(XElement bar, string element, string attribute) =>
        (double)bar.Elements().First(one => one.Name.LocalName == element).Attribute(attribute)!;
}
