using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Secrets;
using Canary.Core.Analysis.Templates;
using Canary.Core.Statistics;
using Canary.Core.Statistics.Kayenta;
using Canary.Core.Units;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Resources;
using Canary.Kubernetes.Schemas;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Mapping;

public sealed class GivenAnAnalysisRun
{
    private static readonly DateTimeOffset Time = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero).AddTicks(7_654_321);
    private static readonly RunKey Key = new("9d21aa0f3c", 2, null);

    private static readonly ProviderSpec.Prometheus Connection = new(
        "https://prometheus:9090/prefix",
        "sum(rate(x[1m]))",
        new QueryRange(TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(15)),
        TimeSpan.FromSeconds(7),
        new MetricAuthentication.Basic(new SecretValue.Plain("user"), new SecretValue.FromSecret("prom", "password")),
        [new MetricHeader("X-Scope-OrgID", new SecretValue.Plain("shop")),
            new MetricHeader("X-Key", new SecretValue.FromSecret("prom", "key"))],
        true,
        new SecretValue.FromSecret("prom", "ca.crt"))
    {
        SamplesQuery = "sum(increase(x[1m]))",
    };

    private static readonly MetricSpec Compared = new(
        "c", TimeSpan.FromSeconds(30), null, TimeSpan.Zero, TimeSpan.FromMinutes(1), null, null, 0, int.MaxValue, 4,
        new ProviderSpec.Red("istio-service", RedSignal.Duration, 0.99, TimeSpan.FromMinutes(1), [new Argument("ns", "shop")], Connection with { Query = "", Range = null, SamplesQuery = null }))
    {
        Comparison = new Comparison(ComparisonKind.Sequential, [new Argument("svc", "s")])
        {
            Tolerate = 1.25,
            Share = 0.5,
            Alpha = 0.005,
            Require = Requirement.Evidence,
            NotWorseThan = 2.5,
            Beta = 0.1,
            Lag = TimeSpan.FromSeconds(45),
            Warmup = TimeSpan.FromMinutes(2),
            CountExtension = TimeSpan.FromMinutes(7),
            Negligible = 0.0005,
            Bounds = [0.5, 100, 2500],
            Against = "7c1b",
        },
    };

    private static readonly RunSpec Spec = new(
    [
        new MetricSpec("p", TimeSpan.FromSeconds(10), 5, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1), "result[0] < 1", "result[0] > 2", -1, 2, 3, Connection)
        {
            ConsecutiveSuccessLimit = 3,
            ErrorBudget = TimeSpan.FromSeconds(90),
            OnNoData = EmptyVerdict.Failure,
            MinSamples = 100,
            IsDryRun = true,
            Retention = 25,
        },
        new MetricSpec(
            "r", null, null, TimeSpan.Zero, TimeSpan.Zero, null, null, 0, 0, 4,
            new ProviderSpec.Red("istio-workload", RedSignal.Duration, 0.995, TimeSpan.FromSeconds(30), [new Argument("ns", "shop"), new Argument("workload", "w")],
                Connection with { Query = "", Range = null, SamplesQuery = null, Authentication = new MetricAuthentication.Bearer(new SecretValue.FromSecret("prom", "token")) })
            {
                Side = RedSide.Stable,
                Min = 0.5,
                Max = 1e-3,
            }),
        new MetricSpec(
            "o", null, null, TimeSpan.Zero, TimeSpan.Zero, null, null, 0, 0, 4,
            Connection with
            {
                Range = new QueryRange(TimeSpan.FromHours(1), TimeSpan.FromMinutes(1)) { Offset = TimeSpan.FromMinutes(5) },
                Authentication = new MetricAuthentication.OAuth2(
                    "https://id/token", new SecretValue.Plain("me"), new SecretValue.Plain("{{secret:prom/client}}"), ["a", "b"]),
            }),
        new MetricSpec("w", null, null, TimeSpan.Zero, TimeSpan.Zero, null, null, 0, 0, 4, Connection with { Authentication = new MetricAuthentication.Sigv4("eu-west-1", null, "arn:aws:iam::123456789012:role/p") }),
        new MetricSpec("x", null, null, TimeSpan.Zero, TimeSpan.Zero, null, null, 0, 0, 4, Connection with { Address = "https://ann:{{secret:prom/password}}@prometheus", Authentication = null }),
        Compared,
        Compared with
        {
            Name = "objective",
            Comparison = new Comparison(ComparisonKind.Sequential, [])
            {
                Objective = new(0.9995, 3.5),
                Share = 0.25,
                Alpha = 0.0025,
                Require = Requirement.Evidence,
                Beta = 0.1,
                Lag = TimeSpan.FromSeconds(45),
                Warmup = TimeSpan.FromMinutes(2),
                Bounds = [250],
            },
        },
        Compared with
        {
            Name = "k",
            Comparison = new Comparison(ComparisonKind.MannWhitney, [new Argument("svc", "s")])
            {
                Lag = TimeSpan.Zero,
                Samples = new SampleComparison
                {
                    Direction = ShiftDirection.Increase,
                    Missing = MissingValues.Replace,
                    Outliers = OutlierTreatment.Remove,
                    OutlierFactor = 1.5,
                    Effect = EffectMeasure.Cles,
                    AllowedIncrease = 0.6,
                    AllowedDecrease = 0.4,
                    CriticalIncrease = 0.7,
                    CriticalDecrease = 0.3,
                    IsCritical = true,
                    MustHaveValues = true,
                },
                Groups = ["errors", "all"],
                IsMuted = true,
                Lookback = TimeSpan.FromMinutes(30),
            },
        },
    ])
    {
        Score = new ScoreSpec(90, 60.5, [new GroupWeight("errors", 70)]),
    };

    private static readonly RunStatus Status = new(
        RunPhase.Failed,
        "p: 3 failures, limit 2",
        Time,
        Time.AddMinutes(1),
        [new MetricStatus("p", RunPhase.Failed, "bad", 1, 3, 2, 4, 1, Time, [new Measurement(Time, Time.AddSeconds(1), RunPhase.Error, "", "503") { Samples = 902.5 }, new Measurement(Time, Time, RunPhase.Failed, "[0.041]", "") { Odds = 250.5, Ratio = new RatioRange(1.4, 6.9), Interval = new WilsonInterval(0.03, 0.056) }, new Measurement(Time, Time, RunPhase.Successful, "[0]", "") { Odds = 0.5, Ratio = new RatioRange(0, 2.3) }, new Measurement(Time, Time, RunPhase.Failed, "[0.1]", "") { Odds = 120, Rate = new RateRange(0.0005, 0.004) }, new Measurement(Time, Time, RunPhase.Failed, "[1]", "") { Odds = 900, Ratio = new RatioRange(12.5, double.PositiveInfinity) }]) { Reason = MetricReason.Measured, ConsecutiveFailures = 3, ConsecutiveRefusals = 1, ConsecutiveSuccesses = 2, ErrorsSince = Time, Evidence = SampleEvidence.Make(Time), Classified = new MannWhitneyFinding(Classification.NodataFail, true) }])
    {
        Score = 66.67,
        StopReason = "the rollout was promoted",
    };

    [Test]
    public void WhenItIsWrittenAndRead_ThenItIsEqual()
    {
        var read = RunMapping.Read(Parsed(Document()))!;

        Assert.That(read.Spec, Is.EqualTo(Spec));
        Assert.That(read.Status, Is.EqualTo(Status));
        Assert.That(read.Key, Is.EqualTo(Key));
    }

    [Test]
    public void WhenItIsWritten_ThenTheSchemaTakesIt()
    {
        var problems = new List<string>();

        SchemaCheck.Check(CanaryResources.AnalysisRun.ToSchema(), Document(), "", (path, message) => problems.Add($"{path}: {message}"));

        Assert.That(problems, Is.Empty);
    }

    [Test]
    public void WhenItBelongsToNoRollout_ThenItIsNotOurs()
    {
        var document = Document();
        ((JsonObject)document["spec"]!).Remove("rollout");

        Assert.That(RunMapping.Read(document), Is.Null);
    }

    [TestCase(AnalysisPlacement.Pre)]
    [TestCase(AnalysisPlacement.Post)]
    public void WhenItIsOfAnEnd_ThenTheKeySaysWhich(AnalysisPlacement edge)
    {
        var spec = RunMapping.WriteSpec(Spec, "checkout", Key with { Edge = edge });
        var document = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "x" }, ["spec"] = spec };

        Assert.That(RunMapping.Read(Parsed(document))!.Key, Is.EqualTo(Key with { Edge = edge }));
    }

    [Test]
    public void WhenATemplateIsOneOfArgoRollouts_ThenEveryFieldIsTaken()
    {
        var document = Yaml.Object("""
            apiVersion: canary.delivery/v1alpha1
            kind: AnalysisTemplate
            metadata: { name: success-rate, namespace: shop }
            spec:
              args:
              - name: service-name
              - name: prometheus-port
                value: "9090"
              - name: token
                valueFrom: { secretKeyRef: { name: prom, key: token } }
              - name: team
                valueFrom: { fieldRef: { fieldPath: "metadata.labels['team']" } }
              dryRun: [{ metricName: total-5xx-errors }, { metricName: test.* }]
              measurementRetention: [{ metricName: success-rate, limit: 20 }]
              templates: [{ templateName: other, clusterScope: true }]
              metrics:
              - name: success-rate
                interval: 5m
                initialDelay: 30s
                count: 10
                successCondition: len(result) > 0 && result[0] >= 0.95
                failureCondition: result[0] < 0.9
                failureLimit: 3
                inconclusiveLimit: 2
                consecutiveErrorLimit: 5
                consecutiveSuccessLimit: 4
                provider:
                  prometheus:
                    address: "http://prometheus.example.com:{{args.prometheus-port}}"
                    insecure: true
                    timeout: 40
                    headers:
                    - key: X-Scope-OrgID
                      value: tenant_a
                    - key: Authorization
                      value: "Bearer {{ args.token }}"
                    query: |
                      sum(irate(istio_requests_total{reporter="source",destination_service=~"{{args.service-name}}",response_code!~"5.*"}[5m]))
                    rangeQuery:
                      start: now() - duration("1h")
                      end: now()
                      step: 1m
                    authentication:
                      oauth2:
                        tokenUrl: https://my-oauth2-provider/token
                        clientId: my-client
                        clientSecret: "{{ args.token }}"
                        scopes: [my-scope]
            """);
        var problems = new List<string>();
        SchemaCheck.Check(CanaryResources.AnalysisTemplate.ToSchema(), document, "", (path, message) => problems.Add($"{path}: {message}"));
        var (template, errors) = TemplateMapping.Read(document);

        Assert.That(problems, Is.Empty);
        Assert.That(errors, Is.Empty);
        Assert.That(template.Arguments, Does.Contain(new Argument("token", null) { From = new ArgumentSource.FromSecret("prom", "token") })
            .And.Contain(new Argument("team", null) { From = new ArgumentSource.FromField("metadata.labels['team']") }));
        Assert.That(
            (template.Includes.Single(), template.DryRun.Count, template.Retention.Single()),
            Is.EqualTo((new TemplateReference("other", true), 2, new MetricRetention("success-rate", 20))));

        EquatableArray<Argument> arguments = [.. template.Arguments.Where(one => one.From is not ArgumentSource.FromField)];
        var alone = template with { Includes = [], DryRun = [], Arguments = arguments };
        var resolution = TemplateResolver.Resolve(new TemplateRequest([alone], [new("service-name", "checkout")], [], [], false));
        Assert.That(resolution, Is.TypeOf<TemplateResolution.Resolved>(), resolution.ToString());
        var metric = ((TemplateResolution.Resolved)resolution).Run.Metrics[0];
        var provider = (ProviderSpec.Prometheus)metric.Provider;
        Assert.That(
            (provider.Timeout, provider.Range, metric.Retention),
            Is.EqualTo((TimeSpan.FromSeconds(40), new QueryRange(TimeSpan.FromHours(1), TimeSpan.FromMinutes(1)), 20)));
        Assert.That(provider.Headers[1].Value, Is.EqualTo(new SecretValue.Plain("Bearer {{secret:prom/token}}")));
    }

    [TestCase("basicAuth: { username: ann, password: \"{{args.token}}\" }", typeof(MetricAuthentication.Basic), "Basic { User = Plain { Value = ann, IsFilledLater = False }, Password = Plain { Value = {{secret:prom/token}}, IsFilledLater = True }, Field = basic }")]
    [TestCase("sigv4: { region: \"{{args.region}}\", roleArn: \"arn:aws:iam::123456789012:role/p\" }", typeof(MetricAuthentication.Sigv4), "Sigv4 { Region = eu-west-1, Profile = , RoleArn = arn:aws:iam::123456789012:role/p }")]
    [TestCase("sigv4: {}", typeof(MetricAuthentication.Sigv4), "Sigv4 { Region = , Profile = , RoleArn =  }")]
    public void WhenATemplateOfArgoRolloutsAuthenticates_ThenItIsReadAsItIs(string authentication, Type type, string expected)
    {
        var document = Yaml.Object($$$"""
            apiVersion: canary.delivery/v1alpha1
            kind: AnalysisTemplate
            metadata: { name: a, namespace: shop }
            spec:
              args: [{ name: region, value: eu-west-1 }, { name: token, valueFrom: { secretKeyRef: { name: prom, key: token } } }]
              metrics: [{ name: m, provider: { prometheus: { address: "http://p", query: up, authentication: { {{{authentication}}} } } } }]
            """);
        var problems = new List<string>();
        SchemaCheck.Check(CanaryResources.AnalysisTemplate.ToSchema(), document, "", (path, message) => problems.Add($"{path}: {message}"));
        var resolution = TemplateResolver.Resolve(new TemplateRequest([TemplateMapping.Read(document).Template], [], [], [], false));

        Assert.That(problems, Is.Empty);
        var read = ((ProviderSpec.Prometheus)((TemplateResolution.Resolved)resolution).Run.Metrics[0].Provider).Authentication;
        Assert.That((read!.GetType(), read.ToString()), Is.EqualTo((type, expected)));
    }

    [TestCase("now()", "now() - duration(\"5m\")", "at least 1s before")]
    [TestCase("now() - duration('2h')", "yesterday", "\"yesterday\" cannot be read")]
    public void WhenARangeOfArgoRolloutsIsNone_ThenItIsSaid(string start, string end, string expected)
    {
        var metric = new MetricTemplate("m", null, null, null, null, null, null, null, null, null, PrometheusTemplate.Default with { Query = "up", Range = new RangeTemplate(null, "1m") { Start = start, End = end } }, null);

        Assert.That(
            TemplateResolver.Check(new AnalysisTemplateSpec("AnalysisTemplate t", [], [metric]), []).Select(problem => problem.ToString()),
            Has.Some.Contains(expected));
    }

    [Test]
    public void WhenATemplateHasEveryField_ThenTheSchemaTakesItAndEachIsRead()
    {
        var document = Yaml.Object("""
            apiVersion: canary.delivery/v1alpha1
            kind: ClusterAnalysisTemplate
            metadata: { name: all }
            spec:
              args: [{ name: a }, { name: b, value: "1" }]
              metrics:
              - name: p
                interval: 30
                count: "{{args.a}}"
                initialDelay: 1m
                window: 2m
                successCondition: result[0] < 1
                failureCondition: result[0] > 2
                failureLimit: -1
                inconclusiveLimit: 2
                consecutiveErrorLimit: "3"
                provider:
                  prometheus:
                    address: http://prometheus
                    query: up
                    rangeQuery: { length: 5m, step: 15s }
                    timeout: 10s
                    authentication: { bearer: { secretKeyRef: { name: s, key: k } } }
                    headers: [{ key: X, value: y }]
                    insecure: true
                    certificateAuthority: { value: pem }
              - name: r
                provider: { red: { preset: istio-service, signal: duration, quantile: 0.95, window: 1m, subject: { svc: "{{args.b}}" } } }
            """);
        var problems = new List<string>();

        SchemaCheck.Check(
            CanaryResources.ClusterAnalysisTemplate.ToSchema(), document, "", (path, message) => problems.Add($"{path}: {message}"));
        var (template, errors) = TemplateMapping.Read(document);

        Assert.That(problems, Is.Empty);
        Assert.That(errors, Is.Empty);
        Assert.That(template, Is.EqualTo(new AnalysisTemplateSpec(
            "ClusterAnalysisTemplate all",
            [new Argument("a", null), new Argument("b", "1")],
            [
                new MetricTemplate(
                    "p", "30", "{{args.a}}", "1m", "2m", "result[0] < 1", "result[0] > 2", "-1", "2", "3",
                    new PrometheusTemplate(
                        "http://prometheus", "up", new RangeTemplate("5m", "15s"), "10s", new MetricAuthentication.Bearer(new SecretValue.FromSecret("s", "k")),
                        [new MetricHeader("X", new SecretValue.Plain("y"))], true, new SecretValue.Plain("pem")),
                    null),
                new MetricTemplate(
                    "r", null, null, null, null, null, null, null, null, null, null,
                    new RedTemplate(
                        "istio-service", "duration", "0.95", "1m", [new Argument("svc", "{{args.b}}")], PrometheusTemplate.Default)),
            ])));
    }

    [Test]
    public void WhenATemplateIsWrong_ThenEveryFieldIsSaid()
    {
        var (_, errors) = TemplateMapping.Read(Yaml.Object("""
            kind: AnalysisTemplate
            metadata: { name: t, namespace: shop }
            spec:
              metrics:
              - { name: "", provider: {} }
              - { name: b, interval: [], provider: { prometheus: { headers: [{ key: X }], authentication: { bearer: {}, basic: {} } }, red: {} } }
              - { name: c, provider: { prometheus: { certificateAuthority: { value: a, secretKeyRef: {} } } } }
            """));

        Assert.That(errors.Select(error => error.Path), Is.EquivalentTo(new[]
        {
            "spec.metrics[0].provider",
            "spec.metrics[0].name",
            "spec.metrics[1].provider",
            "spec.metrics[1].interval",
            "spec.metrics[2].provider.prometheus.query",
            "spec.metrics[2].provider.prometheus.certificateAuthority",
        }));
    }

    private static JsonObject Document() => new()
    {
        ["apiVersion"] = CustomResource.ApiVersion,
        ["kind"] = "AnalysisRun",
        ["metadata"] = new JsonObject
        {
            ["name"] = "checkout-9d21aa0f3c-2-bg",
            ["namespace"] = "shop",
            ["uid"] = "u",
            ["resourceVersion"] = "7",
            ["creationTimestamp"] = "2026-01-31T12:00:00Z",
        },
        ["spec"] = RunMapping.WriteSpec(Spec, "checkout", Key),
        ["status"] = RunStatusMapping.Write(Status),
    };

    private static JsonObject Parsed(JsonObject document) => (JsonObject)JsonNode.Parse(document.ToJsonString())!;
}
