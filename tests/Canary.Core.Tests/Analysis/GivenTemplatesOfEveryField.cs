using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Secrets;
using Canary.Core.Analysis.Templates;
using Canary.Core.Validation;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

public sealed class GivenTemplatesOfEveryField
{
    private static readonly MetricTemplate Metric = new(
        "errors", "30s", "10", null, null, "result[0] < 0.01", null, null, null, null,
        PrometheusTemplate.Default with { Query = "sum(rate(http_errors[2m]))" }, null);

    private static readonly RedTemplate Red = new("istio-service", "errors", null, null, [], PrometheusTemplate.Default);

    private static TemplateRequest Request(params AnalysisTemplateSpec[] templates) =>
        new([.. templates], [], [], [new("ns", "shop"), new("svc", "canary")],
            false)
        { StableSubject = [new("ns", "shop"), new("svc", "stable")] };

    private static AnalysisTemplateSpec Template(params MetricTemplate[] metrics) => new("AnalysisTemplate shop/errors", [], [.. metrics]);

    private static RunSpec Resolved(TemplateRequest request) => TemplateResolver.Resolve(request) switch
    {
        TemplateResolution.Resolved resolved => resolved.Run,
        TemplateResolution.Invalid invalid => throw new AssertionException(string.Join("\n", invalid.Problems)),
        _ => throw new InvalidOperationException(),
    };

    private static string[] Problems(TemplateRequest request) =>
        TemplateResolver.Resolve(request) is TemplateResolution.Invalid invalid ? [.. invalid.Problems.Select(one => one.ToString())] : [];

    private static string[] Problems(MetricTemplate metric) => Problems(Request(Template(metric)));

    [Test]
    public void WhenEveryLimitIsGiven_ThenTheMetricHasIt()
    {
        var metric = Resolved(Request(Template(Metric with
        {
            FailureLimit = "2",
            ConsecutiveSuccessLimit = "5",
            ErrorBudget = "90s",
            OnNoData = "failure",
            MinSamples = "100",
            Prometheus = Metric.Prometheus! with { SamplesQuery = "sum(increase(http_requests[2m]))" },
        }))).Metrics[0];

        Assert.That((metric.ConsecutiveSuccessLimit, metric.ErrorBudget, metric.OnNoData, metric.MinSamples),
            Is.EqualTo((5, TimeSpan.FromSeconds(90), (EmptyVerdict?)EmptyVerdict.Failure, (int?)100)));
        Assert.That(((ProviderSpec.Prometheus)metric.Provider).SamplesQuery, Is.EqualTo("sum(increase(http_requests[2m]))"));
    }

    [Test]
    public void WhenNothingIsGiven_ThenTheDefaultsAreThoseOfTheDocumentation()
    {
        var metric = Resolved(Request(Template(Metric))).Metrics[0];

        Assert.That(
            (metric.ConsecutiveSuccessLimit, metric.ErrorBudget, metric.OnNoData, metric.MinSamples, metric.IsDryRun, metric.Retention),
            Is.EqualTo((0, TimeSpan.FromMinutes(5), (EmptyVerdict?)null, (int?)null, false, 10)));
    }

    [Test]
    public void WhenLimitsCannotBeReached_ThenEachIsRefused()
    {
        Assert.That(Problems(Metric with { FailureLimit = "11" })
            .Single(), Does.Contain("spec.metrics[0].failureLimit").And.Contain("11 is more than count 10"));
        Assert.That(Problems(Metric with { FailureLimit = "6", ConsecutiveSuccessLimit = "5" })
            .Single(), Does.Contain("consecutiveSuccessLimit").And.Contain("count 10 is less than"));
        Assert.That(Problems(Metric with { FailureLimit = "5", ConsecutiveSuccessLimit = "5" }), Is.Empty);
        Assert.That(Problems(Metric with { MinSamples = "5" }).Single(), Does.Contain("minSamples").And.Contain("samplesQuery"));
        Assert.That(Problems(Metric with { OnNoData = "maybe" })
            .Single(), Does.Contain("\"maybe\" is not known; allowed are success, failure, error, inconclusive"));
    }

    [Test]
    public void WhenARedMetricHasBounds_ThenTheyAndTheSideAreRead()
    {
        var stable = Metric with
        {
            SuccessCondition = null,
            Prometheus = null,
            MinSamples = "5",
            Red = Red with { Side = "stable", Min = "0", Max = "0.01" }
        };
        var red = (ProviderSpec.Red)Resolved(Request(Template(stable))).Metrics[0].Provider;

        Assert.That((red.Side, red.Min, red.Max), Is.EqualTo((RedSide.Stable, (double?)0, (double?)0.01)));
        Assert.That(red.Subject, Does.Contain(new Argument("svc", "stable")));
        Assert.That(Problems(stable with { SuccessCondition = "result[0] < 1" }).Single(), Does.Contain("successCondition too"));
        Assert.That(Problems(stable with { Red = stable.Red! with { Min = "1" } }).Single(), Does.Contain("1 is more than max 0.01"));
        Assert.That(Problems(stable with { Red = stable.Red! with { Side = "both" } }).Single(), Does.Contain("provider.red.side"));
    }

    [Test]
    public void WhenAnArgumentIsASecret_ThenAPlaceholderStandsForItWhereItIsSent()
    {
        var template = Template(Metric with
        {
            Prometheus = Metric.Prometheus! with
            {
                Query = "up{t=\"{{args.token}}\"}",
                Headers = [new("X-Scope", new SecretValue.Plain("Bearer {{args.token}}"))],
                Address = "https://{{args.token}}/p"
            },
        }) with
        { Arguments = [new("token", null) { From = new ArgumentSource.FromSecret("prom", "token") }] };
        var provider = (ProviderSpec.Prometheus)Resolved(Request(template)).Metrics[0].Provider;

        Assert.That(provider.Query, Is.EqualTo("up{t=\"{{secret:prom/token}}\"}"));
        Assert.That(provider.Headers[0].Value, Is.EqualTo(new SecretValue.Plain("Bearer {{secret:prom/token}}")));
        Assert.That(SecretPlaceholder.IsIn(provider.Address), Is.True);
        Assert.That(SecretPlaceholder.Find(provider.Query), Is.EqualTo(new[] { new SecretValue.FromSecret("prom", "token") }));
        Assert.That(((ProviderSpec.Prometheus)Resolved(Request(template) with
        {
            Arguments =
            [new("token", "plain")]
        }).Metrics[0].Provider).Query, Is.EqualTo("up{t=\"plain\"}"), "what is given goes first");
    }

    [TestCase("successCondition")]
    [TestCase("interval")]
    [TestCase("count")]
    public void WhenASecretIsUsedInAFieldThatIsShown_ThenItIsRefused(string field)
    {
        var metric = field switch
        {
            "successCondition" => Metric with { SuccessCondition = "result[0] < {{args.token}}" },
            "interval" => Metric with { Interval = "{{args.token}}" },
            _ => Metric with { Count = "{{args.token}}" },
        };
        var problems = Problems(
            Request(Template(metric) with { Arguments = [new("token", null) { From = new ArgumentSource.FromSecret("prom", "token") }] }));

        Assert.That(problems, Has.Some.Contains($"spec.metrics[0].{field}").And.Contains("Secret prom"));
    }

    // As in Argo Rollouts: regexp.MatchString finds the pattern anywhere in the name.
    [TestCase("errors", new[] { "errors", "errors-5xx" })]
    [TestCase("rror", new[] { "errors", "errors-5xx" })]
    [TestCase("^errors$", new[] { "errors" })]
    [TestCase("-5xx", new[] { "errors-5xx" })]
    [TestCase("5xx|lat", new[] { "errors-5xx", "latency" })]
    [TestCase(".*", new[] { "errors", "errors-5xx", "latency" })]
    [TestCase("(?i)LATENCY", new[] { "latency" })]
    [TestCase(@"^\w+$", new[] { "errors", "latency" })]
    [TestCase("[[:digit:]]", new[] { "errors-5xx" })]
    [TestCase(@"\berrors\z", new[] { "errors" })]
    [TestCase("(?P<kind>err)ors-", new[] { "errors-5xx" })]
    [TestCase(@"\Q-5\E", new[] { "errors-5xx" })]
    public void WhenADryRunIsNamed_ThenAPartOfTheNameIsEnough(string pattern, string[] expected)
    {
        var template = Template(Metric, Metric with { Name = "errors-5xx" }, Metric with { Name = "latency" });
        string[] Dry(TemplateRequest request) =>
            [.. Resolved(request).Metrics.Where(metric => metric.IsDryRun).Select(metric => metric.Name)];

        Assert.That(Dry(Request(template with { DryRun = [pattern] })), Is.EqualTo(expected));
        Assert.That(Dry(Request(template) with { DryRun = [pattern] }), Is.EqualTo(expected));
        Assert.That(Resolved(Request(template) with { Retention = [new(pattern, 20)] }).Metrics.Where(metric => metric.Retention == 20)
            .Select(metric => metric.Name), Is.EqualTo(expected));
    }

    [TestCase("((", "missing closing )")]
    [TestCase("(?=a)", "invalid or unsupported Perl syntax")]
    [TestCase(@"(a)\1", "invalid escape sequence")]
    [TestCase("*", "missing argument to repetition operator")]
    [TestCase("a**", "invalid nested repetition operator")]
    [TestCase("a{2000}", "invalid repeat count")]
    public void WhenAPatternIsNoneOfGo_ThenItIsRefusedByTheCheckOfTheFilesToo(string pattern, string reason)
    {
        var template = Template(Metric) with { DryRun = [pattern], Retention = [new(pattern, 5)] };

        Assert.That(Problems(Request(template)), Has.Exactly(2).Items.And.All.Contains(reason));
        Assert.That(TemplateResolver.Check(template, [])
            .Select(problem => problem.Path), Is.EqualTo(new[] { "spec.dryRun[0].metricName", "spec.measurementRetention[0].metricName" }));
    }

    [Test]
    public void WhenAPatternTakesLong_ThenItsTimeIsLinearAllTheSame() =>
        Assert.That(Problems(Request(Template(Metric with { Name = new string('a', 250) + "!" })) with { DryRun = ["(a*)*(a*)*$b"] })
            .Single(), Does.Contain("names no metric"));

    [Test]
    public void WhenAPatternNamesNothingOrIsNone_ThenItIsRefused()
    {
        var template = Template(Metric) with { DryRun = ["error$", "(("], Retention = [new("nothing", 5), new("errors", 0)] };

        Assert.That(Problems(Request(template)),
            Has.Exactly(4).Items.And.Some.Contains("\"error$\" names no metric; there are errors").And.Some.Contains("\"((\" is neither")
            .And.Some.Contains("measurementRetention[0].metricName").And.Some.Contains("measurementRetention[1].limit"));
    }

    [Test]
    public void WhenATemplateThatIncludesOthersNamesTheirMetrics_ThenTheCheckOfTheFileAloneIsContent() =>
        Assert.That(TemplateResolver.Check(Template() with { Includes = [new TemplateReference("red", false)], DryRun = ["errors"] }, []),
            Is.Empty);

    [Test]
    public void WhenRetentionIsGiven_ThenTheAnalysisHasTheLastWord()
    {
        var template = Template(Metric, Metric with { Name = "latency" }) with { Retention = [new(".*", 20)] };
        var run = Resolved(Request(template) with { Retention = [new("latency", 30)] });

        Assert.That(run.Metrics.Select(metric => metric.Retention), Is.EqualTo(new[] { 20, 30 }));
    }

    [Test]
    public void WhenTemplatesIncludeTemplates_ThenEachIsThereOnceAndACycleIsSaidWithItsPath()
    {
        AnalysisTemplateSpec Named(string name, params string[] includes) =>
            Template(includes.Length == 0 ? [Metric with { Name = name }]
                : []) with
            { Title = name, Includes = [.. includes.Select(one => new TemplateReference(one, false))] };
        AnalysisTemplateSpec[] all = [Named("all", "red", "cpu"), Named("red", "errors", "cpu"), Named("cpu"), Named("errors"),
            Named("a", "b"), Named("b", "c"), Named("c", "a")];
        var problems = new System.Collections.Generic.List<SpecError>();
        AnalysisTemplateSpec[] Expand(params string[] roots) => [.. TemplateIncludes.Expand(
            [.. roots.Select(one => new TemplateReference(one, false))],
            reference => all.SingleOrDefault(one => one.Title == reference.TemplateName), problems)];

        Assert.That(Expand("all", "cpu").Select(one => one.Title), Is.EqualTo(new[] { "all", "red", "errors", "cpu" }));
        Assert.That(problems, Is.Empty);
        Assert.That(Resolved(Request(Expand("all"))).Metrics.Select(metric => metric.Name), Is.EqualTo(new[] { "errors", "cpu" }),
            "an empty template that includes others is no error");

        Expand("a");
        Assert.That(problems.Single().ToString(), Does.Contain("c closes a cycle: a -> b -> c -> a"));
    }

    [Test]
    public void WhenAWindowHoldsTooFewScrapes_ThenItIsSaid()
    {
        var run = Resolved(
            Request(Template(Metric, Metric with { Name = "latency", Prometheus = Metric.Prometheus! with { Query = "rate(x[1m])" } })));

        Assert.That(ScrapeCheck.Check(run, TimeSpan.FromSeconds(15)), Is.Empty);
        Assert.That(ScrapeCheck.Check(run, TimeSpan.FromSeconds(20)).Single()
            .ToString(), Does.Contain("\"latency\"").And.Contain("1m").And.Contain("1m20s"));
    }
}
