using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Queries;
using Canary.Core.Analysis.Red;
using Canary.Core.Analysis.Secrets;
using Canary.Core.Analysis.Templates;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Core.Tests.Analysis;

public sealed class GivenRedPresets
{
    private static readonly Argument[] Subject = [new("ns", "shop"), new("svc", "checkout-canary"), new("workload", "checkout"),
        new("subset_ver", "v2"), new("port", "80"), new("apex", "checkout"), new("ingress", "shop"),
        new("route", "checkout"), new("cluster", "c"), new("pod_ip_re", "10.0.0.1"), new("gateway", "gw"), new("upstream", "u"),
        new("upstream_ns", "g"), new("rule", "0"), new("backend_index", "1"), new("revision", "r1")];

    private static string Query(string preset, RedSignal signal, double quantile = 0.99) =>
        RedPreset.Find(preset)!.Query(signal, Subject, quantile, TimeSpan.FromMinutes(2));

    [Test]
    public void WhenErrorsAreAsked_ThenNoFailureIsZeroAndNoTrafficIsNoData() =>
        Assert.That(Query("istio-service", RedSignal.Errors), Is.EqualTo(
        "(sum(rate(istio_requests_total{reporter=~\"source|waypoint\",destination_service=\"checkout-canary.shop.svc.cluster.local\",response_code=~\"5..|0\",response_flags!=\"DC\"}[120s])) or vector(0))"
        + " / (sum(rate(istio_requests_total{reporter=~\"source|waypoint\",destination_service=\"checkout-canary.shop.svc.cluster.local\"}[120s])) > 0)"));

    [Test]
    public void WhenAValueHoldsAQuote_ThenItCannotLeaveItsLabel()
    {
        var query = RedPreset.Find("istio-service")!.Query(RedSignal.Requests, [new("ns", "a\"} or vector(0) #"), new("svc", "b\\\n")], 0.5,
            TimeSpan.FromMilliseconds(1500));

        Assert.That(query,
            Is.EqualTo(
                "sum(rate(istio_requests_total{reporter=~\"source|waypoint\",destination_service=\"b\\\\\\n.a\\\"} or vector(0) "
                    + "#.svc.cluster.local\"}[1500ms]))"));
    }

    [Test]
    public void WhenAPlaceholderHasNoValue_ThenItIsMissing() =>
        Assert.That(RedPreset.Find("istio-version")!.Missing([new("ns", "shop"), new("svc", "")]),
            Is.EqualTo(new[] { "svc", "subset_ver" }));

    [Test]
    public void WhenTheyAreComparedWithTheFacts_ThenTheyAskTheSame()
    {
        var facts = Facts();

        var names = new Dictionary<string, string> { ["linkerd"] = "linkerd-httproute", ["traefik"] = "traefik-crd", ["app-http"] = "" };
        foreach (var preset in new[] { "istio-workload", "istio-service", "istio-version", "linkerd", "istio-inbound", "linkerd-inbound",
            "traefik", "apisix", "apisix-route" }.Select(key => RedPreset.Find(key)!))
        {
            var fact = names.GetValueOrDefault(preset.Key, preset.Key);
            Assert.That(Seconds(Query(preset.Key, RedSignal.Requests)), Is.EqualTo(Fact(facts, fact, "rate")));
            Assert.That(Seconds(Query(preset.Key, RedSignal.Errors)),
                Is.EqualTo(WithoutClientsThatWentAway(Fact(facts, fact, "error_ratio"))));
            Assert.That(Seconds(Query(preset.Key, RedSignal.Duration)), Is.EqualTo(Fact(facts, fact, "p99")));
            Assert.That(Seconds(Query(preset.Key, RedSignal.Duration, 0.95)), Is.EqualTo(Fact(facts, fact, "p95")));
            if (!preset.Key.StartsWith("apisix", StringComparison.Ordinal))
                Assert.That(Seconds(preset.Volume(Subject, TimeSpan.FromMinutes(2))), Is.EqualTo(Fact(facts, fact, "volume")));
        }
    }

    [Test]
    public void WhenASideHasOtherLabels_ThenTheyAreAsked()
    {
        var nginx = RedPreset.Find("nginx")!;

        Assert.That(nginx.Query(RedSignal.Requests, Subject, 0, TimeSpan.FromMinutes(1)),
            Does.Contain("canary=\"shop-checkout-canary-80\"").And.Not.Contain("service="));
        Assert.That(nginx.Query(RedSignal.Requests, Subject, 0, TimeSpan.FromMinutes(1), RedSide.Stable),
            Does.Contain("service=\"checkout-canary\",canary=\"\""));
    }

    [Test]
    public void WhenLabelsWereRenamed_ThenTheProbeFindsThemAndTheSubjectMaySaySo()
    {
        var traefik = RedPreset.Find("traefik")!;

        Assert.That(traefik.Probe(Subject, RedSide.Canary),
            Is.EqualTo("count(traefik_service_requests_total{exported_service=\"shop-checkout-canary-80@kubernetescrd\"})"));
        Assert.That(traefik.Query(RedSignal.Requests, [.. Subject, new("labels", "exported")], 0, TimeSpan.FromMinutes(1)),
            Does.Contain("{exported_service=\""));
        Assert.That(traefik.Probe([.. Subject, new("labels", "exported")], RedSide.Canary), Is.Null);
        Assert.That(RedPreset.Find("contour")!.Probe(Subject, RedSide.Canary), Is.Null, "no target has such labels");
    }

    [Test]
    public void WhenPodsAreScrapedByTheDiscoveryOfPrometheus_ThenTheSubjectMaySayThatToo()
    {
        string Asked(string preset, string labels) =>
            RedPreset.Find(preset)!.Query(RedSignal.Requests, [.. Subject, new("labels", labels)], 0, TimeSpan.FromMinutes(1));
        var app = RedPreset.Find("app-http")!;

        Assert.That(Asked("app-http", "kubernetes"),
            Is.EqualTo(
                "sum(rate(http_request_duration_seconds_count{kubernetes_namespace=\"shop\",kubernetes_pod_name=~\"checkout-[0-9a-z]+-[0-9a-z]{5}\"}[60s]))"));
        Assert.That(Asked("app-http", "operator"), Does.Contain("{namespace=\"shop\",pod=~"));
        Assert.That(Asked("appmesh", "operator"), Does.Contain("{namespace=\"shop\",pod=~"));
        Assert.That(Asked("appmesh", "kubernetes"),
            Is.EqualTo(Query("appmesh", RedSignal.Requests).Replace("[120s]", "[60s]", StringComparison.Ordinal)));
        Assert.That(Asked("nginx", "kubernetes"), Does.Contain("{namespace=\"shop\",ingress="),
            "the namespace of an Ingress is no label of a pod");
        Assert.That(app.Probe(Subject, RedSide.Canary),
            Does.Contain("exported_namespace=").And.Contain(
                " or count(http_request_duration_seconds_count{kubernetes_namespace=\"shop\",kubernetes_pod_name=~"));
        Assert.That(app.ProbeFinding(Subject, RedSide.Canary),
            Does.Contain(
                "or with kubernetes_namespace, kubernetes_pod_name: pods are scraped with other labels than preset app-http asks for; set "
                    + "subject.labels to kubernetes"));
    }

    [Test]
    public void WhenOnlyTheSidesOwnProxiesSeeTheRequests_ThenTheProbeFindsThemAndNamesThePreset()
    {
        var preset = RedPreset.Find("istio-workload")!;

        Assert.That(preset.Probe(Subject, RedSide.Canary),
            Is.EqualTo(
                "count(istio_requests_total{reporter=\"destination\",destination_workload_namespace=\"shop\",destination_workload=\"checkout\"})"));
        Assert.That(preset.ProbeFinding(Subject, RedSide.Canary),
            Is.EqualTo(
                "there are series with reporter=\"destination\" alone: the callers are outside of the mesh, and only the side's own "
                    + "proxies see them; use preset istio-inbound"));
        Assert.That(RedPreset.Find("istio-inbound")!.Probe(Subject, RedSide.Canary), Is.Null);
        Assert.That(RedPreset.All.Where(one => one.Key.StartsWith("grpc", StringComparison.Ordinal))
            .Select(one => one.Query(RedSignal.Requests, Subject, 0, TimeSpan.FromMinutes(1))),
            Is.All.Contains("request_protocol=\"grpc\""));
    }

    [Test]
    public void WhenSeveralAreAskedTogether_ThenOneQueryHasThemAll()
    {
        var questions = new[] { "a",
            "b.c" }.Select(svc => RedPreset.Find("istio-service")!.Question(RedSignal.Errors, [new("ns", "shop"), new("svc", svc)], 0,
                TimeSpan.FromMinutes(1), RedSide.Canary)).ToArray();

        Assert.That(RedQuery.Together(questions), Is.EqualTo(
            "(sum by (destination_service) "
                + "(rate(istio_requests_total{reporter=~\"source|waypoint\",destination_service=~\"a\\\\.shop\\\\.svc\\\\.cluster\\\\.local|b\\\\.c\\\\.shop\\\\.svc\\\\.cluster\\\\.local\",response_code=~\"5..|0\",response_flags!=\"DC\"}[60s]))"
            + " or sum by (destination_service) "
            + "(rate(istio_requests_total{reporter=~\"source|waypoint\",destination_service=~\"a\\\\.shop\\\\.svc\\\\.cluster\\\\.local|b\\\\.c\\\\.shop\\\\.svc\\\\.cluster\\\\.local\"}[60s])) * 0)"
            + " / (sum by (destination_service) "
            + "(rate(istio_requests_total{reporter=~\"source|waypoint\",destination_service=~\"a\\\\.shop\\\\.svc\\\\.cluster\\\\.local|b\\\\.c\\\\.shop\\\\.svc\\\\.cluster\\\\.local\"}[60s])) > 0)"));
    }

    [Test]
    public void WhenAVariantIsToldByALabelThatItLacks_ThenItHasItsPartToo()
    {
        // Prometheus keeps no empty labels: the main Ingress has canary="", and its series none.
        var (one, two) = (Stable("a"), Stable("b"));
        var together = new MetricAnswer.Matrix([Of("a"), Of("b"), Of("a", "shop-a-80")], []);

        Assert.That(RedQuery.Together([one, two]), Does.Contain("canary=\"\""));
        Assert.That(((MetricAnswer.Matrix)one.Part(together)).Series, Is.EqualTo(new[] { together.Series[0] }));

        static RedQuery Stable(string svc) =>
            RedPreset.Find("nginx")!.Raw(RedSignal.Errors, [new("ns", "shop"), new("svc", svc), new("ingress", "checkout")], [],
                TimeSpan.FromMinutes(4), RedSide.Stable);
        static Series Of(string svc, string? canary = null) =>
            new([new("namespace", "shop"), new("ingress", "checkout"), new("service", svc), .. canary is null ? Array.Empty<Label>()
                : [new Label("canary", canary)]], [new(A.Start, 1)]);
    }

    [TestCase(RedSignal.Errors, 100)]
    [TestCase(RedSignal.Duration, 24)]
    public void WhenManyAskForRawCounters_ThenAnAnswerStaysSmall(RedSignal signal, int most)
    {
        var preset = RedPreset.Find("istio-service")!;
        var questions = Enumerable.Range(0, 250)
            .Select(number =>
                preset.Raw(signal, [new("ns", "shop"), new("svc", $"s{number}")], [100, 250], TimeSpan.FromMinutes(4), RedSide.Canary));

        var groups = RedQuery.Groups(questions).ToArray();

        Assert.That(groups.Max(group => group.Count), Is.EqualTo(most));
        Assert.That(groups.Sum(group => group.Count), Is.EqualTo(250));
    }

    [Test]
    public void WhenAnAnswerForManyIsTakenApart_ThenEachHasItsOwn([Range(1, 30)] int seed)
    {
        var random = new Random(seed);
        var preset = RedPreset.Find("istio-workload")!;
        // Names that repeat across namespaces: the product of both labels holds variants that nobody asked for.
        var questions = Enumerable.Range(0, random.Next(1, 250))
            .Select(_ => preset.Question(RedSignal.Requests, [new("ns", $"n{random.Next(12)}"), new("workload", $"w{random.Next(12)}")], 0,
                TimeSpan.FromMinutes(1), RedSide.Canary)).ToArray();
        var groups = RedQuery.Groups(questions).ToArray();

        Assert.That(groups.SelectMany(group => group), Is.EquivalentTo(questions.Distinct()));
        Assert.That(groups.Select(group => group.Count), Has.All.LessThanOrEqualTo(RedQuery.MostTogether));
        foreach (var group in groups)
        {
            var answered = group.SelectMany(one => group.Select(other => new[] { one.Identity[0], other.Identity[1] }))
                .DistinctBy(labels => (labels[0], labels[1])).Where(_ => random.Next(4) > 0)
                .Select((labels, index) => new Sample([.. labels.Reverse()], index)).ToArray();
            foreach (var question in group)
            {
                var own = answered.Where(sample => question.Identity.All(label => sample.Labels.Contains(label)))
                    .Select(sample => new Sample([], sample.Value));
                Assert.That(((MetricAnswer.Vector)question.Part(new MetricAnswer.Vector([.. answered], []))).Samples, Is.EqualTo(own),
                    $"seed {seed}: {question}");
            }
        }

        var fault = new MetricAnswer.Faulted("down");
        Assert.That(questions[0].Part(fault), Is.EqualTo(fault));
    }

    private static string Seconds(string query) => query.Replace("[120s]", "[2m]", StringComparison.Ordinal);

    private static string Facts() =>
        File.ReadAllText(RepositoryFolder.PathTo("tests", "Canary.Core.Tests", "Analysis", "red-presets.yaml"));

    // Of Istio the facts count a client that went away as a failure where ratios are asked, and not where counts are compared. It is none
    // in both.
    private static string WithoutClientsThatWentAway(string query) =>
        query.Replace("response_code=~\"5..|0\"", "response_code=~\"5..|0\",response_flags!=\"DC\"", StringComparison.Ordinal);

    private static string Fact(string facts, string preset, string key)
    {
        var section = Regex.Match(facts, $@"^  {preset}:.*?(?=^  \S)", RegexOptions.Multiline | RegexOptions.Singleline).Value;
        var query = Regex.Match(section, $"^    {key}: +'(.*)'$", RegexOptions.Multiline).Groups[1].Value;
        return Subject.Aggregate(query, (so, value) => so.Replace($"{{{{{value.Name}}}}}", value.Value, StringComparison.Ordinal))
            .Replace("{{w}}", "2m", StringComparison.Ordinal);
    }

    [TestCase("sum(rate(a[5m])) / sum(rate(b[1h30m]))", 5400)]
    [TestCase("max_over_time(rate(a[30s])[10m:1m])", 600)]
    [TestCase("increase(a[90])", 90)]
    [TestCase("rate(a{path=\"[1d]\"}[1m]) # [2d]", 60)]
    [TestCase("rate(a{path='\\'[1d]'}[ 500ms ])", 0.5)]
    [TestCase("up offset 1d", 0)]
    public void WhenAQueryHasRanges_ThenTheLongestIsItsWindow(string query, double seconds) =>
        Assert.That(PromQlRanges.Longest(query), Is.EqualTo(TimeSpan.FromSeconds(seconds)));

    [Test]
    public void WhenAMetricIsAsked_ThenTheNamespaceCountsOnlyForItsSecrets()
    {
        var plain = MetricQueries.For(A.Metric, "shop", A.Start, out _);
        var secret = MetricQueries.For(A.Metric with
        {
            Provider = A.Prometheus with
            {
                Authentication =
            new MetricAuthentication.Bearer(new SecretValue.FromSecret("prometheus", "token"))
            }
        }, "shop", A.Start, out _);
        var unknown =
            MetricQueries.For(A.Metric with { Provider = A.Red with { Preset = "istio-future" } }, "shop", A.Start, out var problem);

        Assert.That((plain!.Namespace, secret!.Namespace), Is.EqualTo(("", "shop")));
        Assert.That(unknown, Is.Null);
        Assert.That(problem, Does.Contain("istio-future").And.Contains("istio-service"));
    }
}
