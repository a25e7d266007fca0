using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Templates;
using Canary.Core.Statistics.Kayenta;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

public sealed class GivenTemplatesThatCompare
{
    private static readonly RedTemplate Red = new("istio-service", "errors", null, null, [], PrometheusTemplate.Default);

    private static readonly MetricTemplate Metric = new("errors", null, null, null, null, null, null, null, null, null, null,
        Red)
    { Comparison = new ComparisonTemplate { With = "stable", Judge = "sequential" } };

    [Test]
    public void WhenNothingElseIsSaid_ThenTheDefaultsAreThoseOfTheDocumentation()
    {
        var metric = Resolved(Metric)[0];

        Assert.That((metric.Interval, metric.Window, metric.InconclusiveLimit),
            Is.EqualTo(((TimeSpan?)TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60), int.MaxValue)));
        Assert.That(metric.Comparison,
            Is.EqualTo(new Comparison(ComparisonKind.Sequential, [new("ns", "shop"), new("svc", "checkout-stable")])
            {
                Against = "v1",
                Alpha = 0.01
            }));
        Assert.That(((ProviderSpec.Red)metric.Provider).Subject, Does.Contain(new Argument("svc", "checkout-canary")));
        Assert.That(Resolved(Metric with { Red = Red with { Signal = "duration" } })[0].Comparison!.Tolerate, Is.EqualTo(1.1));
    }

    [Test]
    public void WhenEverythingIsSaid_ThenItIsRead()
    {
        var comparison = Resolved(Metric with
        {
            Red = Red with { Signal = "duration" },
            Comparison = new ComparisonTemplate
            {
                Tolerate = "1.25",
                Share = "0.5",
                Require = "evidence",
                NotWorseThan = "3",
                Beta = "0.01",
                Lag = "45s",
                Bounds = ["100ms", "0.25s"],
                Subject = [new("svc", "checkout-old")]
            },
        })[0].Comparison!;

        Assert.That(comparison, Is.EqualTo(new Comparison(ComparisonKind.Sequential, [new("ns", "shop"), new("svc", "checkout-old")])
        {
            Tolerate = 1.25,
            Share = 0.5,
            Alpha = 0.005,
            Require = Requirement.Evidence,
            NotWorseThan = 3,
            Beta = 0.01,
            Lag = TimeSpan.FromSeconds(45),
            Bounds = [100, 250],
            Against = "v1",
        }));
    }

    [TestCase("59s", false)]
    [TestCase("60s", true)]
    [TestCase("5m", true)]
    public void WhenTheFirstLookWouldBeBeforeTheFirstWindowCanBeRead_ThenItIsRefused(string window, bool isFine) =>
        Assert.That(Problems(Metric with { Window = window }), isFine ? Is.Empty
            : Has.One.Contains("window: ").And.One.Contains("it is 59s; the first window of a comparison can be read after 1m"));

    [Test]
    public void WhenAThresholdIsMeant_ThenNothingIsCompared() =>
        Assert.That(Resolved(Metric with
        {
            Red = Red with { Max = "0.01" },
            Comparison = new ComparisonTemplate { Judge = "threshold" }
        })[0].Comparison, Is.Null);

    [TestCase("tolerate", "0.5",
        "compare.tolerate: AnalysisTemplate shop/red, metric \"errors\": it is 0.5; from 1 (no worse than stable) to 100")]
    [TestCase("share", "1.5", "it is 1.5; a share of the rollout's alpha is above 0 and at most 1")]
    [TestCase("require", "proof", "\"proof\" is not known; allowed are noHarm, evidence")]
    [TestCase("notWorseThan", "1", "it is 1; more than tolerate, which is 1")]
    [TestCase("judge", "coin", "\"coin\" is no judge; allowed are threshold, sequential, mannWhitney")]
    [TestCase("with", "baseline", "\"baseline\" is not known; allowed are stable, objective")]
    [TestCase("bounds", "100ms", "only durations have bounds")]
    [TestCase("direction", "increase", "are of the judge mannWhitney; sequential does not use them")]
    public void WhenAFieldIsWrong_ThenTheMessageSaysWhatIsAllowed(string field, string value, string expected)
    {
        var written = field switch
        {
            "tolerate" => new ComparisonTemplate { Tolerate = value },
            "share" => new ComparisonTemplate { Share = value },
            "require" => new ComparisonTemplate { Require = value },
            "notWorseThan" => new ComparisonTemplate { NotWorseThan = value },
            "judge" => new ComparisonTemplate { Judge = value },
            "with" => new ComparisonTemplate { With = value },
            "bounds" => new ComparisonTemplate { Bounds = [value] },
            _ => new ComparisonTemplate { Samples = new SampleTemplate { Direction = value } },
        };

        Assert.That(Problems(Metric with { Comparison = written }).Single(), Does.Contain(expected));
    }

    [Test]
    public void WhenSomethingContradictsAComparison_ThenAllOfItIsSaidAtOnce()
    {
        var problems = Problems(Metric with
        {
            SuccessCondition = "result[0] < 1",
            FailureLimit = "2",
            OnNoData = "success",
            Red = Red with { Max = "0.1", Side = "stable" }
        });

        Assert.That(problems, Has.Length.EqualTo(7));
        Assert.That(problems,
            Has.Some.Contains("successCondition").And.Some.Contains("failureLimit").And.Some.Contains("onNoData").And.Some.Contains(
                "min and max").And.Some.Contains("provider.red.side"));
        Assert.That(Problems(Metric with { Red = null, Prometheus = PrometheusTemplate.Default with { Query = "up" } }),
            Has.Some.Contains("it counts requests on both sides, which needs provider.red"));
        Assert.That(Problems(Metric with { Red = Red with { Signal = "requests" } })
            .Single(), Does.Contain("requests are not better or worse"));
        Assert.That(Problems(Metric with { Red = Red with { Subject = [new("svc", "checkout")] } })
            .Single(), Does.Contain("compare.subject").And.Contain("stable's series are the same as the canary's"));
    }

    [TestCase("envoy", "cluster", "checkout-canary")]
    [TestCase("apisix", "pod_ip_re", "10[.]0[.].*")]
    [TestCase("istio-service", "svc", "checkout")]
    public void WhenOnlyValuesDifferThatThePresetDoesNotAsk_ThenItIsComparedWithItselfAndRefused(string preset, string name, string value)
    {
        var problems = Problems(Metric with { Red = Red with { Preset = preset, Subject = [new(name, value)] } }, workload: true);

        Assert.That(problems.Single(), Does.Contain("compare.subject").And.Contain("stable's series are the same as the canary's"));
    }

    [Test]
    public void WhenStablesValueIsGiven_ThenItIsCompared() =>
        Assert.That(Problems(Metric with
        {
            Red = Red with { Preset = "envoy", Subject = [new("cluster", "canary")] },
            Comparison = new ComparisonTemplate { Subject = [new("cluster", "stable")] }
        }), Is.Empty);

    [Test]
    public void WhenFieldsAreOfAnotherJudge_ThenNoneIsIgnored()
    {
        string[] Of(ComparisonTemplate written, string signal = "errors", string? quantile = null, string? window = null) =>
            Problems(Metric with { Red = Red with { Signal = signal, Quantile = quantile, Window = window }, Comparison = written });

        Assert.That(Of(new() { Alpha = "0.001" }).Single(), Does.Contain("compare.alpha").And.Contain("strategy.canary.analysis.alpha"));
        Assert.That(Of(new() { Against = "v0" }).Single(), Does.Contain("compare.against"));
        Assert.That(Of(new()
        {
            Judge = "threshold",
            Lag = "1m",
            Bounds = ["100ms"],
            Subject = [new("svc", "x")],
            Samples = new() { Direction = "increase" }
        }), Has.Length.EqualTo(4));
        Assert.That(Of(new() { Judge = "mannWhitney", Bounds = ["100ms"] }, "duration").Single(), Does.Contain("compare.bounds"));
        Assert.That(Of(new(), "duration", quantile: "0.9").Single(), Does.Contain("provider.red.quantile").And.Contain("bounds"));
        Assert.That(Of(new(), window: "5m").Single(), Does.Contain("provider.red.window").And.Contain("interval"));
    }

    [Test]
    public void WhenAStepHasNoCount_ThenItIsRefused() =>
        Assert.That(Problems(Metric, mustEnd: true)
            .Single(), Does.Contain("an analysis step must end: a metric with an interval needs a count there"));

    [Test]
    public void WhenKayentasJudgeIsChosen_ThenItsFieldsAreRead()
    {
        var metric = Resolved(Metric with
        {
            Comparison = new ComparisonTemplate
            {
                Judge = "mannWhitney",
                Samples = new SampleTemplate
                {
                    Direction = "increase",
                    NanStrategy = "replace",
                    Outliers = "remove",
                    OutlierFactor = "2",
                    EffectSize = "cles",
                    CriticalIncrease = "0.6",
                    IsCritical = true,
                    Groups = ["errors"],
                    Lookback = "30m"
                },
            },
        })[0];

        Assert.That((metric.Interval, metric.Window, metric.FailureLimit, metric.Comparison!.Lookback),
            Is.EqualTo(((TimeSpan?)TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(11), -1, (TimeSpan?)TimeSpan.FromMinutes(30))));
        Assert.That(metric.Comparison.Samples, Is.EqualTo(new SampleComparison
        {
            Direction = ShiftDirection.Increase,
            Missing = MissingValues.Replace,
            Outliers = OutlierTreatment.Remove,
            OutlierFactor = 2,
            Effect = EffectMeasure.Cles,
            CriticalIncrease = 0.6,
            IsCritical = true,
        }));
        Assert.That(Problems(Metric with
        {
            Comparison = new ComparisonTemplate
            {
                Judge = "mannWhitney",
                Share = "0.5",
                Samples = new SampleTemplate { Direction = "up" }
            }
        }), Has.Length.EqualTo(2));
    }

    // A score that nothing reaches rolls every version back, and a template is linted before anybody's rollout uses it.
    [TestCase("errors=40", 95,
        "spec.score.groupWeights: where all metrics pass the score is 40, and pass is 95: groups that metrics are in (errors) need the "
            + "weight of 100, or one of them none")]
    [TestCase("nobody=30", 95, "spec.score.groupWeights: where all metrics pass the score is 70, and pass is 95")]
    [TestCase("errors=40", 40, null)]
    [TestCase("errors=100", 95, null)]
    [TestCase("", 95, null)]
    public void WhenNoVersionCouldPassTheScore_ThenItIsRefused(string weights, double pass, string? expected)
    {
        GroupWeight[] given = [.. weights.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(one =>
                new GroupWeight(one.Split('=')[0], int.Parse(one.Split('=')[1], System.Globalization.CultureInfo.InvariantCulture)))];
        var problems = Scored(new(pass, 30, [.. given]), isMuted: false);

        Assert.That(problems, expected is null ? Is.Empty : Has.One.StartsWith(expected));
    }

    [Test]
    public void WhenASideIsNotNamed_ThenTheArgumentThatNamesItIsSaid()
    {
        var metric = Metric with
        {
            Red = Red with { Subject = [new("svc", "{{args.service}}")] },
            Comparison = new ComparisonTemplate { Subject = [new("svc", "{{args.old}}")] }
        };
        var request = new TemplateRequest([new("t", [new("service", ""), new("old", "")], [metric])], [], [], [new("ns", "shop")],
            MustEnd: false)
        { StableSubject = [new("ns", "shop")] };

        Assert.That(((TemplateResolution.Invalid)TemplateResolver.Resolve(request)).Problems.Select(problem => problem.ToString()),
            Has.One.EndsWith("gives one; the template has {{args.service}} for it, which is empty").And.One.EndsWith(
                "gives one; the template has {{args.old}} for it, which is empty"));
    }

    [Test]
    public void WhenAllThatIsScoredIsMuted_ThenItIsRefused() =>
        Assert.That(Scored(null, isMuted: true), Has.One.StartsWith("spec.score: every metric of the judge mannWhitney is muted"));

    [Test]
    public void WhenATemplateIsCheckedByItself_ThenItsScoreAndItsSharesAreToo()
    {
        var score = new AnalysisTemplateSpec("t", [], [Metric]) { Score = new(50, 75, [new("g", 70), new("h", 40)]) };
        var shares = new AnalysisTemplateSpec("t", [],
            [Metric with { Comparison = new ComparisonTemplate { Share = "0.8" } },
                Metric with { Name = "slow", Red = Red with { Signal = "duration" },
                    Comparison = new ComparisonTemplate { Share = "0.8" } }]);

        Assert.That(TemplateResolver.Check(score, [])
            .Select(problem => problem.Path), Is.EqualTo(["spec.score", "spec.score.groupWeights"]));
        Assert.That(TemplateResolver.Check(shares, []).Single()
            .ToString(),
            Is.EqualTo(
                "spec.metrics[].compare.share: the shares of the rollout's sequential metrics (errors: 0.8, slow: 0.8) do not fit into 1"));
        Assert.That(TemplateResolver.Check(new("t", [], [Metric]), []), Is.Empty);
    }

    [Test]
    public void WhenTemplatesScoreDifferently_ThenItIsRefused()
    {
        AnalysisTemplateSpec Template(string title, string name, ScoreTemplate? score) =>
            new(title, [], [Metric with { Name = name }]) { Score = score };
        string[] Of(params AnalysisTemplateSpec[] templates) =>
            TemplateResolver.Resolve(Request(templates)) is TemplateResolution.Invalid invalid
            ? [.. invalid.Problems.Select(one => one.ToString())] : [];

        Assert.That(Of(Template("a", "x", new(90, 60, [])), Template("b", "y", null)), Is.Empty);
        Assert.That(Of(Template("a", "x", new(90, 60, [])), Template("b", "y", new(95, 60, [])))
            .Single(), Does.Contain("b and a have different ones"));
        Assert.That(Of(Template("a", "x", new(50, 60, []))).Single(), Does.Contain("0 <= marginal <= pass <= 100"));
        Assert.That(Of(Template("a", "x", new(95, 75, [new("g", 70), new("h", 40)]))).Single(), Does.Contain("groupWeights"));
    }

    [Test]
    public void WhenAlphaIsSplit_ThenBySharesAndTheRestEqually()
    {
        var run = new RunSpec([.. new[] { ("a", (double?)0.5), ("b", null),
            ("c", null) }.Select(one =>
                Resolved(Metric with { Name = one.Item1, Comparison = new ComparisonTemplate { Share = one.Item2?.ToString("R") } })[0])]);
        var other = new RunSpec([Resolved(Metric with { Name = "d" })[0], run.Metrics[1]]);

        var split = AlphaSplit.Over(run, [other, run], 0.01, out _)!;

        Assert.That(split.Metrics.Select(metric => metric.Comparison!.Alpha), Is.EqualTo([0.005, 0.01 * 0.5 / 3, 0.01 * 0.5 / 3])
            .Within(1e-12), "d takes a part too, and b is one test in two runs");
        Assert.That(split.Metrics.Sum(metric => metric.Comparison!.Alpha) + AlphaSplit.Over(other, [run], 0.01,
            out _)!.Metrics[0].Comparison!.Alpha, Is.EqualTo(0.01).Within(1e-12));
    }

    [Test]
    public void WhenSharesDoNotFit_ThenAllOfThemAreSaid()
    {
        var run = new RunSpec([.. new[] { ("a", "0.7"),
            ("b", "0.5") }.Select(one =>
                Resolved(Metric with { Name = one.Item1, Comparison = new ComparisonTemplate { Share = one.Item2 } })[0])]);

        Assert.That(AlphaSplit.Over(run, [], 0.01, out var problem), Is.Null);
        Assert.That(problem, Is.EqualTo("the shares of the rollout's sequential metrics (a: 0.7, b: 0.5) do not fit into 1"));
    }

    [Test]
    public void WhenOneTestHasItsShareInOneRunOnly_ThenItHasItInBoth()
    {
        var (given, open) =
            (new RunSpec(Resolved(Metric with { Comparison = new ComparisonTemplate { Share = "0.5" } })), new RunSpec(Resolved(Metric)));

        Assert.That(AlphaSplit.Over(open, [given, open], 0.01, out _)!.Metrics[0].Comparison!.Alpha, Is.EqualTo(0.005).Within(1e-12));
        Assert.That(AlphaSplit.Over(open, [open, given], 0.01, out _)!.Metrics[0].Comparison!.Alpha, Is.EqualTo(0.005).Within(1e-12));
        Assert.That(AlphaSplit.Over(given, [open, given], 0.01, out _)!.Metrics[0].Comparison!.Alpha, Is.EqualTo(0.005).Within(1e-12));
    }

    [Test]
    public void WhenOneTestHasTwoShares_ThenItIsRefused()
    {
        var (some, more) = (new RunSpec(Resolved(Metric with { Comparison = new ComparisonTemplate { Share = "0.2" } })),
            new RunSpec(Resolved(Metric with { Comparison = new ComparisonTemplate { Share = "0.5" } })));

        Assert.That(AlphaSplit.Over(some, [some, more], 0.01, out var problem), Is.Null);
        Assert.That(problem, Is.EqualTo("metric \"errors\" is one test in all its analyses, and has the shares 0.2 and 0.5; give it one"));
    }

    [Test]
    public void WhenAMetricIsADryRun_ThenItTakesNothingFromTheOthers()
    {
        var run = new RunSpec([Resolved(Metric)[0], Resolved(Metric with { Name = "shown" })[0] with { IsDryRun = true }]);

        Assert.That(AlphaSplit.Over(run, [], 0.02, out _)!.Metrics[0].Comparison!.Alpha, Is.EqualTo(0.02));
    }

    private static TemplateRequest Request(AnalysisTemplateSpec[] templates, bool mustEnd = false) =>
        new([.. templates], [], [new("stable-revision", "v1")], [new("ns", "shop"), new("svc", "checkout-canary")],
            mustEnd)
        { StableSubject = [new("ns", "shop"), new("svc", "checkout-stable")], Alpha = 0.01 };

    private static EquatableArray<MetricSpec> Resolved(MetricTemplate metric) =>
        TemplateResolver.Resolve(Request([new("AnalysisTemplate shop/red", [], [metric])])) switch
        {
            TemplateResolution.Resolved resolved => resolved.Run.Metrics,
            TemplateResolution.Invalid invalid => throw new AssertionException(string.Join("\n", invalid.Problems)),
            _ => throw new InvalidOperationException(),
        };

    private static string[] Problems(MetricTemplate metric, bool mustEnd = false, bool workload = false)
    {
        var request = Request([new("AnalysisTemplate shop/red", [], [metric])], mustEnd);
        if (workload)
            request = request with
            {
                Subject = [.. request.Subject, new("workload", "checkout-2")],
                StableSubject = [.. request.StableSubject, new("workload", "checkout-1")]
            };
        return TemplateResolver.Resolve(request) is TemplateResolution.Invalid invalid ? [.. invalid.Problems.Select(one => one.ToString())]
            : [];
    }

    private static string[] Scored(ScoreTemplate? score, bool isMuted)
    {
        var metric = Metric with
        {
            Comparison =
            new ComparisonTemplate { Judge = "mannWhitney", Samples = new SampleTemplate { Groups = ["errors"], IsMuted = isMuted } }
        };
        var request = new TemplateRequest([new("t", [], [metric]) { Score = score }], [], [],
            [new("ns", "shop"), new("svc", "checkout-canary")],
            MustEnd: false)
        { StableSubject = [new("ns", "shop"), new("svc", "checkout-stable")] };
        return TemplateResolver.Resolve(request) is TemplateResolution.Invalid invalid
            ? [.. invalid.Problems.Select(problem => problem.ToString())] : [];
    }
}
