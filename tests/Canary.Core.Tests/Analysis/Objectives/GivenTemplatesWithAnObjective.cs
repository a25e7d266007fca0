using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Objectives;
using Canary.Core.Analysis.Templates;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis.Objectives;

public sealed class GivenTemplatesWithAnObjective
{
    private static readonly RedTemplate Red = new("istio-service", "errors", null, null, [], PrometheusTemplate.Default);

    private static readonly ComparisonTemplate Held = new() { With = "objective", Objective = "99.9%" };

    private static readonly MetricTemplate Metric = new("errors", null, null, null, null, null, null, null, null, null, null, Red)
    {
        Comparison = Held,
    };

    [Test]
    public void WhenNothingElseIsSaid_ThenTheDefaultsAreThoseOfTheDocumentation()
    {
        var metric = Resolved(Metric);

        Assert.That((metric.Interval, metric.Window, metric.InconclusiveLimit),
            Is.EqualTo(((TimeSpan?)TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60), int.MaxValue)));
        Assert.That(metric.Comparison, Is.EqualTo(new Comparison(ComparisonKind.Sequential, [])
        {
            Objective = new(0.999, 2),
            Require = Requirement.NoHarm,
        }));
        Assert.That(metric.Comparison!.Objective!.Allowed, Is.EqualTo(0.001));
    }

    [TestCase("99.9%", 0.999)]
    [TestCase("99.9 %", 0.999)]
    [TestCase("99.9", 0.999)]
    [TestCase("0.999", 0.999)]
    [TestCase("50%", 0.5)]
    [TestCase("99.9999", 0.999999)]
    public void WhenItIsWrittenAsPercentOrAsAShare_ThenItIsTheSame(string text, double target) =>
        Assert.That(Resolved(With(Held with { Objective = text })).Comparison!.Objective!.Target, Is.EqualTo(target));

    [TestCase("100%")]
    [TestCase("1")]
    [TestCase("0.1%")]
    [TestCase("0.4")]
    [TestCase("49")]
    [TestCase("101")]
    [TestCase("-99")]
    [TestCase("1e9")]
    [TestCase("three nines")]
    [TestCase("")]
    public void WhenItIsNone_ThenTheMessageSaysWhatIsAllowed(string text) =>
        Assert.That(Problems(With(Held with { Objective = text })).Single(), Is.EqualTo(
            $"spec.metrics[0].compare.objective: t, metric \"errors\": \"{text}\" is no objective; it is the share of good requests, such as "
                + "99.9%, 99.9 or 0.999, from 50% to 99.9999%"));

    [Test]
    public void WhenItIsMissing_ThenItIsAskedFor() =>
        Assert.That(Problems(With(Held with { Objective = null })).Single(),
            Does.Contain("compare.objective: ").And.Contain("it is missing"));

    [TestCase("99.9%", "1", true)]
    [TestCase("99.9%", "900", true)]
    [TestCase("99.9%", "0.5", false)]
    [TestCase("99.9%", "901", false)]
    [TestCase("90%", "10", false)]
    [TestCase("99.9%", "fast", false)]
    public void WhenTheBurnRateLeavesNothing_ThenItIsRefused(string objective, string rate, bool isFine) =>
        Assert.That(Problems(With(Held with { Objective = objective, BurnRate = rate })),
            isFine ? Is.Empty : Has.One.StartsWith("spec.metrics[0].compare.burnRate: "));

    [Test]
    public void WhenTheObjectiveLeavesNoRoomForTheDefault_ThenTheBurnRateIsOne() =>
        Assert.That(Resolved(With(Held with { Objective = "50%" })).Comparison!.Objective, Is.EqualTo(new Objective(0.5, 1)));

    [Test]
    public void WhenFieldsAreOfAComparisonWithStable_ThenAllOfThemAreRefusedAtOnce()
    {
        var problems = Problems(With(Held with
        {
            Judge = "mannWhitney",
            Tolerate = "1.5",
            NotWorseThan = "3",
            Subject = [new("svc", "x")],
            Samples = new() { Direction = "increase" },
        }));

        Assert.That(problems, Has.Length.EqualTo(5));
        foreach (var field in new[] { "judge", "tolerate", "notWorseThan", "subject" })
            Assert.That(problems, Has.One.StartsWith($"spec.metrics[0].compare.{field}: "));
    }

    [Test]
    public void WhenStableIsMeant_ThenTheFieldsOfAnObjectiveAreRefused()
    {
        var problems = Problems(With(new ComparisonTemplate { Objective = "99%", BurnRate = "2" }));

        Assert.That(problems, Has.Length.EqualTo(2));
        Assert.That(problems, Has.One.Contains("compare.objective: ").And.One.Contains("compare.burnRate: "));
    }

    [TestCase(0)]
    [TestCase(2)]
    public void WhenDurationsHaveNotOneBound_ThenItIsRefused(int bounds)
    {
        var slow = Metric with { Red = Red with { Signal = "duration" } };
        var written = Enumerable.Range(1, bounds).Select(bound => $"{bound}s");

        Assert.That(Problems(slow with { Comparison = Held with { Bounds = [.. written] } }).Single(),
            Does.Contain($"compare.bounds: t, metric \"errors\": there are {bounds}; an objective for durations has one"));
        Assert.That(Resolved(slow with { Comparison = Held with { Bounds = ["250ms"] } }).Comparison!.Bounds, Is.EqualTo(new[] { 250.0 }));
    }

    [Test]
    public void WhenItIsAQueryOfOnesOwn_ThenItIsRefused() =>
        Assert.That(Problems(Metric with { Red = null, Prometheus = PrometheusTemplate.Default with { Query = "up" } }),
            Has.One.Contains("it counts requests, which needs provider.red"));

    [Test]
    public void WhenTheRolloutNamesNoStable_ThenNothingIsMissing() =>
        Assert.That(Problems(Metric, hasStable: false), Is.Empty);

    [Test]
    public void WhenArgumentsComeLater_ThenTheTemplateIsGoodByItself() =>
        Assert.That(TemplateResolver.Check(new("t", [new("objective", null), new("burn", null)],
            [With(Held with { Objective = "{{args.objective}}", BurnRate = "{{args.burn}}" })]), []), Is.Empty);

    private static MetricTemplate With(ComparisonTemplate written) => Metric with { Comparison = written };

    private static MetricSpec Resolved(MetricTemplate metric) =>
        ((TemplateResolution.Resolved)TemplateResolver.Resolve(Request(metric, true))).Run.Metrics[0];

    private static string[] Problems(MetricTemplate metric, bool hasStable = true) =>
        TemplateResolver.Resolve(Request(metric, hasStable)) is TemplateResolution.Invalid invalid
            ? [.. invalid.Problems.Select(problem => problem.ToString())] : [];

    private static TemplateRequest Request(MetricTemplate metric, bool hasStable) =>
        new([new("t", [], [metric])], [], [], [new("ns", "shop"), new("svc", "checkout-canary")], MustEnd: false)
        {
            StableSubject = hasStable ? [new("ns", "shop"), new("svc", "checkout-stable")] : [],
            Alpha = 0.01,
        };
}
