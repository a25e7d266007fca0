using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Secrets;
using Canary.Core.Analysis.Templates;
using Canary.Core.Validation;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

public sealed class GivenTemplatesToResolve
{
    private static readonly MetricTemplate Metric = new(
        "errors", "{{args.interval}}", null, null, null, "result[0] < {{ args.max }}", null, null, null, null,
        PrometheusTemplate.Default with { Query = "sum(rate(http_errors{svc=\"{{args.service}}\"}[{{args.window}}]))" }, null);

    private static readonly AnalysisTemplateSpec Template = new(
        "AnalysisTemplate shop/errors",
        [new("service", null), new("interval", "30s"), new("window", "2m"), new("max", "0.01")],
        [Metric]);

    private static readonly MetricTemplate Red = Metric with
    {
        Prometheus = null,
        Red = new RedTemplate("istio-service", "duration", "0.95", "90s", [new("svc", "{{args.service}}")], PrometheusTemplate.Default),
    };

    private static TemplateRequest Request(params AnalysisTemplateSpec[] templates) =>
        new([.. templates], [new("service", "checkout")], [], [new("ns", "shop"), new("svc", "canary")], false);

    private static RunSpec Resolved(TemplateRequest request) => TemplateResolver.Resolve(request) switch
    {
        TemplateResolution.Resolved resolved => resolved.Run,
        TemplateResolution.Invalid invalid => throw new AssertionException(string.Join("\n", invalid.Problems)),
        _ => throw new InvalidOperationException(),
    };

    private static SpecError[] Problems(TemplateRequest request)
    {
        SpecError[] problems = TemplateResolver.Resolve(request) is TemplateResolution.Invalid invalid ? [.. invalid.Problems] : [];
        foreach (var problem in problems)
        {
            string[] named = [.. request.Templates.Select(template => template.Title).Where(problem.Message.StartsWith)];
            Assert.That(problem.Template, Is.EqualTo(named.MaxBy(title => title.Length)), $"{problem} carries the template that it names");
        }

        return problems;
    }

    private static SpecError[] Problems(Func<MetricTemplate, MetricTemplate> change, bool mustEnd = false) =>
        Problems(Request(Template with { Metrics = [change(Metric)] }) with { MustEnd = mustEnd });

    private static SpecError ProblemOf(string path, string message, string template = "AnalysisTemplate shop/errors") =>
        new(path, message) { Template = template };

    [Test]
    public void WhenEveryArgumentHasAValue_ThenTheRunHasItInEveryField()
    {
        var run = Resolved(Request(Template));

        Assert.That(run, Is.EqualTo(new RunSpec([new MetricSpec(
            "errors", TimeSpan.FromSeconds(30), null, TimeSpan.Zero, TimeSpan.FromMinutes(2), "result[0] < 0.01", null, 0, 0, 4,
            new ProviderSpec.Prometheus(null, "sum(rate(http_errors{svc=\"checkout\"}[2m]))", null, TimeSpan.FromSeconds(30), null, [],
                false, null))])));
    }

    [Test]
    public void WhenLimitsAreArguments_ThenTheyAreRead()
    {
        var template = Template with
        {
            Arguments = [.. Template.Arguments, new("n", "3")],
            Metrics = [Metric with { Count = "{{args.n}}", FailureLimit = "{{args.n}}", InconclusiveLimit = "{{args.n}}",
                ConsecutiveErrorLimit = "{{args.n}}", InitialDelay = "{{args.n}}m", Window = "{{args.n}}" }],
        };

        var metric = Resolved(Request(template)).Metrics[0];

        Assert.That(
            (metric.Count, metric.FailureLimit, metric.InconclusiveLimit, metric.ConsecutiveErrorLimit, metric.InitialDelay, metric.Window),
            Is.EqualTo(((int?)3, 3, 3, 3, TimeSpan.FromMinutes(3), TimeSpan.FromSeconds(3))));
    }

    [Test]
    public void WhenCredentialsHoldArguments_ThenTheyAreReplacedToo()
    {
        var prometheus = Metric.Prometheus! with
        {
            Authentication = new MetricAuthentication.Basic(new SecretValue.Plain("{{args.service}}"),
                new SecretValue.FromSecret("{{args.service}}-prometheus", "password")),
            Headers = [new("X-Scope-OrgID", new SecretValue.Plain("{{args.service}}"))],
        };

        var connection = (ProviderSpec.Prometheus)Resolved(
            Request(Template with { Metrics = [Metric with { Prometheus = prometheus }] })).Metrics[0].Provider;

        Assert.That(connection.Authentication,
            Is.EqualTo(new MetricAuthentication.Basic(new SecretValue.Plain("checkout"),
                new SecretValue.FromSecret("checkout-prometheus", "password"))));
        Assert.That(connection.Headers.Single().Value, Is.EqualTo(new SecretValue.Plain("checkout")));
    }

    [Test]
    public void WhenAValueHoldsThePlaceholderOfASecret_ThenItIsRefused()
    {
        var problems = Problems(Request(Template) with { Arguments = [new("service", "{{secret:admin/token}}")] });

        Assert.That(problems.Single().ToString(), Does.Contain("args[0].value").And.Contain("\"service\" holds {{secret:admin/token}}"));
    }

    [Test]
    public void WhenTheEngineGivesAValue_ThenItNeedsNoDeclarationAndTheUserGoesFirst()
    {
        var template = Template with
        {
            Metrics = [Metric with { Prometheus =
            PrometheusTemplate.Default with { Query = "{{args.canary-revision}} {{args.service}} {{args.max}}" } }]
        };

        var run = Resolved(
            Request(template) with { BuiltIn = [new("canary-revision", "9d21aa"), new("service", "engine"), new("max", "engine")] });

        Assert.That(((ProviderSpec.Prometheus)run.Metrics[0].Provider).Query, Is.EqualTo("9d21aa checkout 0.01"));
    }

    [Test]
    public void WhenAnArgumentHasNoValue_ThenTemplateAndFieldAreNamed()
    {
        var problems = Problems(Request(Template) with { Arguments = [] });

        Assert.That(problems, Is.EqualTo(new[] { ProblemOf("spec.args[0].value",
            "AnalysisTemplate shop/errors needs a value for its argument \"service\", and none is given "
                + "(spec.metrics[0].provider.prometheus.query uses it)") }));
    }

    [Test]
    public void WhenAPlaceholderNamesNothing_ThenItIsSaidWithWhatThereIs()
    {
        var problems = Problems(metric => metric with { Interval = "{{args.intervall}}", InitialDelay = "{{ inputs.x }}" });

        Assert.That(problems, Is.EqualTo(new[]
        {
            ProblemOf("spec.metrics[0].interval",
                "AnalysisTemplate shop/errors, metric \"errors\": {{args.intervall}} names no argument; declared are service, interval, "
                    + "window, max"),
            ProblemOf("spec.metrics[0].initialDelay",
                "AnalysisTemplate shop/errors, metric \"errors\": it holds {{ inputs.x }}, which is unknown; a placeholder is written "
                    + "{{args.NAME}}, and a text with two braces in it {{ `text` }}; a chart of Helm is rendered first"),
        }));
    }

    [Test]
    public void WhenAnArgumentIsGivenTwiceOrWithoutAValue_ThenItIsRefused()
    {
        var problems = Problems(
            Request(Template) with { Arguments = [new("service", "a"), new("servce", "b"), new("service", "c"), new("max", null)] });

        Assert.That(problems.Select(problem => problem.Path), Is.EqualTo(new[] { "args[2].name", "args[3].value" }),
            "and servce, which nobody declares, is passed over");
    }

    [Test]
    public void WhenAwsSigns_ThenRegionProfileAndRoleMayBeArgumentsAndEmptyOnesAreNone()
    {
        ProviderSpec.Prometheus Read(MetricAuthentication authentication) => (ProviderSpec.Prometheus)Resolved(
            Request(Template with
            {
                Metrics = [Metric with { Prometheus = Metric.Prometheus! with { Authentication =
                authentication } }]
            }) with
            { Arguments = [new("service", "eu-west-1")] }).Metrics[0].Provider;

        Assert.That(Read(new MetricAuthentication.Sigv4("{{args.service}}", "{{args.service}}",
            "arn:aws-cn:iam::123456789012:role/path/{{args.service}}")).Authentication,
            Is.EqualTo(new MetricAuthentication.Sigv4("eu-west-1", "eu-west-1", "arn:aws-cn:iam::123456789012:role/path/eu-west-1")));
        Assert.That(Read(new MetricAuthentication.Sigv4("", " ", "")).Authentication,
            Is.EqualTo(new MetricAuthentication.Sigv4(null, null, null)));
    }

    [Test]
    public void WhenAPasswordIsWrittenOut_ThenAStatusHasAMarkForItAndTheTemplateBringsItBack()
    {
        RunSpec Run(string address, MetricAuthentication? authentication = null) =>
            Resolved(Request(Template with
            {
                Metrics =
                [Metric with { Prometheus = Metric.Prometheus! with { Address = address, Authentication = authentication } }]
            }));
        static string? Address(RunSpec run) => ((ProviderSpec.Prometheus)run.Metrics[0].Provider).Address;
        var (run, basic) = (Run("https://ann:s3cret@prometheus/p"),
            Run("https://prometheus", new MetricAuthentication.Basic(new SecretValue.Plain("ann"), new SecretValue.Plain("s3cret"))));
        var hidden = WrittenPasswords.Hide(run);

        Assert.That((Address(hidden), WrittenPasswords.AreHidden(hidden), WrittenPasswords.AreHidden(run)),
            Is.EqualTo(("https://ann:[redacted]@prometheus/p", true, false)));
        Assert.That(WrittenPasswords.Show(hidden, run), Is.EqualTo(run));
        Assert.That(Address(WrittenPasswords.Show(hidden, Run("https://ann:rotated@prometheus/p"))),
            Is.EqualTo("https://ann:rotated@prometheus/p"));
        Assert.That(WrittenPasswords.Show(hidden, Run("https://ann:s3cret@elsewhere/p")), Is.EqualTo(hidden),
            "a password goes nowhere else");
        Assert.That(WrittenPasswords.Show(hidden, null), Is.EqualTo(hidden));
        Assert.That(WrittenPasswords.Hide(basic).ToString(), Does.Not.Contain("s3cret"));
        Assert.That(WrittenPasswords.Show(WrittenPasswords.Hide(basic), basic), Is.EqualTo(basic));
        Assert.That(WrittenPasswords.Hide(Run("https://ann:{{secret:a/b}}@prometheus".Replace("{{secret:a/b}}", "{{args.service}}")))
            .ToString(), Does.Not.Contain(":checkout@"));
    }

    [TestCase("http://prometheus:9090/p", "http://prometheus:9090/p", null, null)]
    [TestCase("http://ann:word@prometheus:9090/p@x", "http://prometheus:9090/p@x", "ann", "word")]
    [TestCase("https://ann@prometheus", "https://prometheus", "ann", "")]
    [TestCase("https://ann:a@b@prometheus", "https://prometheus", "ann", "a@b")]
    [TestCase("https://{{secret:a/user}}:{{secret:a/word}}@prometheus/{{secret:a/path}}", "https://prometheus/{{secret:a/path}}",
        "{{secret:a/user}}", "{{secret:a/word}}")]
    [TestCase("https://prometheus?a=b@c", "https://prometheus?a=b@c", null, null)]
    public void WhenAnAddressIsTakenApart_ThenUserAndPasswordAreNoPartOfIt(string address, string without, string? user,
        string? password) =>
        Assert.That(AddressCredentials.Split(address), Is.EqualTo((without, user, password)));

    [Test]
    public void WhenTwoTemplatesHaveAMetricOfOneName_ThenItIsRefused()
    {
        var problems = Problems(Request(Template, Template with { Title = "ClusterAnalysisTemplate red" }));

        Assert.That(problems.Single(), Is.EqualTo(ProblemOf("spec.metrics[0].name",
            "ClusterAnalysisTemplate red, metric \"errors\": the name is taken by a metric of AnalysisTemplate shop/errors; names are "
                + "unique in a run", "ClusterAnalysisTemplate red")));
    }

    [Test]
    public void WhenAConditionDoesNotParse_ThenFieldPositionAndFindingAreSaid()
    {
        var problems =
            Problems(metric => metric with { SuccessCondition = "results[0] < {{args.max}}", FailureCondition = "result[0] > " });

        Assert.That(problems.Select(problem => (problem.Path, problem.Message)), Is.EqualTo(new[]
        {
            ("spec.metrics[0].successCondition",
                "AnalysisTemplate shop/errors, metric \"errors\": \"results[0] < 0.01\" is no condition: at character 1: nothing is named "
                    + "\"results\"; the measurement is named result"),
            ("spec.metrics[0].failureCondition",
                "AnalysisTemplate shop/errors, metric \"errors\": \"result[0] > \" is no condition: at character 13: a value was expected "
                    + "(result, a number, a text, a function or a list), and the end was found"),
        }));
    }

    private static readonly object[] Wrong =
    [
        Case("spec.metrics[0].interval", "not a duration", metric => metric with { Interval = "soon" }),
        Case("spec.metrics[0].interval", "at least 1s", metric => metric with { Interval = "10ms" }),
        Case("spec.metrics[0].interval", "needs an interval", metric => metric with { Interval = null, Count = "2" }),
        Case("spec.metrics[0].count", "whole number", metric => metric with { Count = "-1" }),
        Case("spec.metrics[0].failureLimit", "whole number", metric => metric with { FailureLimit = "-2" }),
        Case("spec.metrics[0].failureLimit", "could never fail", metric => metric with { FailureLimit = "4", Count = "3" }),
        Case("spec.metrics[0].inconclusiveLimit", "whole number", metric => metric with { InconclusiveLimit = "many" }),
        Case("spec.metrics[0].provider", "exactly one", metric => metric with { Prometheus = null }),
        Case("spec.metrics[0].provider", "exactly one", metric => metric with { Red = Red.Red }),
        Case("spec.metrics[0].provider.prometheus.query", "empty", metric => metric with { Prometheus = PrometheusTemplate.Default }),
        Case("spec.metrics[0].provider.prometheus.address", "no http",
            metric => metric with { Prometheus = metric.Prometheus! with { Address = "prometheus:9090" } }),
        Case("spec.metrics[0].provider.prometheus.address", "no http",
            metric => metric with { Prometheus = metric.Prometheus! with { Address = "ftp://a:b@prometheus" } }),
        Case("spec.metrics[0].provider.prometheus.address", "authentication is given too", metric => metric with
        {
            Prometheus = metric.Prometheus! with { Address = "http://a:b@prometheus",
                Authentication = new MetricAuthentication.Bearer(new SecretValue.Plain("t")) },
        }),
        Case("spec.metrics[0].provider.prometheus.authentication.sigv4.region", "no region of AWS", metric => metric with
        {
            Prometheus = metric.Prometheus! with { Authentication = new MetricAuthentication.Sigv4("evil.example/", null, null) },
        }),
        Case("spec.metrics[0].provider.prometheus.authentication.sigv4.roleArn", "no ARN of a role", metric => metric with
        {
            Prometheus = metric.Prometheus! with { Authentication = new MetricAuthentication.Sigv4(null, null, "prometheus") },
        }),
        Case("spec.metrics[0].provider.prometheus.authentication.basicAuth.password", "names no argument", metric => metric with
        {
            Prometheus = metric.Prometheus! with { Authentication = new MetricAuthentication.Basic(new SecretValue.Plain("ann"),
                new SecretValue.Plain("{{args.none}}")) { Field = "basicAuth" } },
        }),
        Case("spec.metrics[0].provider.prometheus.timeout", "6m is too long; it is at most 5m",
            metric => metric with { Prometheus = metric.Prometheus! with { Timeout = "6m" } }),
        Case("spec.metrics[0].provider.prometheus.timeout", "not a duration",
            metric => metric with { Prometheus = metric.Prometheus! with { Timeout = "1 s" } }),
        Case("spec.metrics[0].successCondition", "it cannot be evaluated on any answer: < cannot compare a number (1) with a text",
            metric => metric with { SuccessCondition = "1 < 'a' && result[0] > 1" }),
        Case("spec.metrics[0].failureCondition", "it must be true or false, and is a number: 3 on every answer",
            metric => metric with { FailureCondition = "1 + 2" }),
        Case("spec.metrics[0].failureCondition", "at character 36: matches was given",
            metric => metric with { FailureCondition = "string(result) | len() > 0 and 'a' matches '('" }),
        Case("spec.metrics[0].successCondition", "in YAML # behind a space begins a comment",
            metric => metric with { SuccessCondition = "all(result," }),
        Case("spec.metrics[0].provider.prometheus.rangeQuery.step", "empty",
            metric => metric with { Prometheus = metric.Prometheus! with { Range = new RangeTemplate("5m", null) } }),
        Case("spec.metrics[0].provider.red.preset", "there are istio-workload, istio-service, istio-version",
            _ => Red with { Red = Red.Red! with { Preset = "istio" } }),
        Case("spec.metrics[0].provider.red.signal", "requests, errors, duration",
            _ => Red with { Red = Red.Red! with { Signal = "latency" } }),
        Case("spec.metrics[0].provider.red.quantile", "above 0 and below 1", _ => Red with { Red = Red.Red! with { Quantile = "99" } }),
        Case("spec.metrics[0].provider.red.subject.labels", "own, exported, kubernetes, operator",
            _ => Red with { Red = Red.Red! with { Subject = [.. Red.Red!.Subject, new("labels", "export")] } }),
        Case("spec.metrics[0].provider.red.subject.workload", "needs a value",
            _ => Red with { Red = Red.Red! with { Preset = "istio-workload" } }),
    ];

    private static object[] Case(string path, string message, Func<MetricTemplate, MetricTemplate> change) => [path, message, change];

    [TestCaseSource(nameof(Wrong))]
    public void WhenAFieldIsWrong_ThenItsPathAndWhatIsAllowedAreSaid(string path, string message,
        Func<MetricTemplate, MetricTemplate> change)
    {
        var problem = Problems(change).Single();

        Assert.That(problem.Path, Is.EqualTo(path));
        Assert.That(problem.Message, Does.Contain(message).And.StartsWith("AnalysisTemplate shop/errors, metric \"errors\": "));
    }

    [Test]
    public void WhenAStepWouldNeverEnd_ThenItIsRefused()
    {
        Assert.That(Problems(metric => metric, mustEnd: true).Single().Path, Is.EqualTo("spec.metrics[0].count"));
        Assert.That(Problems(metric => metric with { Count = "0" }, mustEnd: true).Single().Path, Is.EqualTo("spec.metrics[0].count"));
        Assert.That(Problems(metric => metric with { Count = "5" }, mustEnd: true), Is.Empty);
        Assert.That(Problems(metric => metric with { Interval = null }, mustEnd: true), Is.Empty);
    }

    [Test]
    public void WhenThereIsNothing_ThenItIsRefused()
    {
        Assert.That(Problems(Request() with { Arguments = [] }).Single().Path, Is.EqualTo("templates"));
        Assert.That(Problems(Request(Template with { Metrics = [] }))[0],
            Is.EqualTo(ProblemOf("spec.metrics", "AnalysisTemplate shop/errors has no metric; it needs one at least")));
    }

    [Test]
    public void WhenAPresetIsUsed_ThenItsSubjectIsTheTemplatesOrTheRollouts()
    {
        var red = (ProviderSpec.Red)Resolved(Request(Template with { Metrics = [Red] })).Metrics[0].Provider;
        var empty = (ProviderSpec.Red)Resolved(
            Request(Template with { Metrics = [Red] }) with { Arguments = [new("service", "")] }).Metrics[0].Provider;

        Assert.That((red.Signal, red.Quantile, red.Window), Is.EqualTo((RedSignal.Duration, 0.95, TimeSpan.FromSeconds(90))));
        Assert.That(red.Subject, Is.EqualTo(new[] { new Argument("ns", "shop"), new Argument("svc", "checkout") }));
        Assert.That(empty.Subject, Is.EqualTo(new[] { new Argument("ns", "shop"), new Argument("svc", "canary") }));
        Assert.That(Resolved(Request(Template with { Metrics = [Red] })).Metrics[0].Window, Is.EqualTo(TimeSpan.FromSeconds(90)));
    }

    [Test]
    public void WhenATemplateIsReadByItself_ThenOnlyWhatNoArgumentCanHealIsWrong()
    {
        var open = Template with
        {
            Arguments = [.. Template.Arguments.Select(argument => argument with { Value = null })],
            Metrics = [Metric, Red with { Name = "latency" }]
        };

        Assert.That(TemplateResolver.Check(open, []), Is.Empty);
        Assert.That(TemplateResolver.Check(open with { Metrics = [Metric with { SuccessCondition = "result[0] <== {{args.max}}" }] }, [])
            .Single().Path, Is.EqualTo("spec.metrics[0].successCondition"));
        Assert.That(TemplateResolver.Check(open with { Metrics = [Metric with { Interval = "{{args.rollout}}" }] }, []),
            Has.Count.EqualTo(1));
        Assert.That(TemplateResolver.Check(Template with { Metrics = [Metric with { SuccessCondition = "'{{args.rollout}}' == 'a'" }] },
            [new("rollout", "")]), Is.Empty);
    }
}
