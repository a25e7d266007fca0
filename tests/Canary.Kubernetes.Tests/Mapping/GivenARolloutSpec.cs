using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Groups;
using Canary.Core.Traffic;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Resources;
using Canary.Kubernetes.Traffic.Registry;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Mapping;

public sealed class GivenARolloutSpec
{
    [Test]
    public void WhenItIsWrittenAndRead_ThenItIsEqual()
    {
        var written = RolloutSpecMapping.Write(GivenARolloutStatus.Spec);

        var (read, errors) = RolloutSpecMapping.Read(JsonNode.Parse(written.ToJsonString()));

        Assert.That(errors, Is.Empty);
        Assert.That(read, Is.EqualTo(GivenARolloutStatus.Spec));
    }

    [Test]
    public void WhenAGroupHasALimit_ThenItCannotPromoteTogether()
    {
        var limited = GivenARolloutStatus.Spec with { Group = new ReleaseGroup("shop", false, 3) };
        var both = GivenARolloutStatus.Spec with { Group = new ReleaseGroup("shop", true, 3) };

        Assert.That(Read(limited).Spec, Is.EqualTo(limited));
        Assert.That(Read(both).Errors.Single().Path, Is.EqualTo("spec.group.maxConcurrent"));

        static (RolloutSpec? Spec, Canary.Core.Units.EquatableArray<Canary.Core.Validation.SpecError> Errors) Read(RolloutSpec spec) =>
            RolloutSpecMapping.Read(JsonNode.Parse(RolloutSpecMapping.Write(spec).ToJsonString()));
    }

    [TestCase("{ stableReadyThreshold: 80 }", 80, 100)]
    [TestCase("{ policy: Warn, canaryReadyThreshold: 50 }", 100, 50)]
    [TestCase("{ stableReadyThreshold: 100, canaryReadyThreshold: 95 }", 100, 95)]
    [TestCase("{}", 100, 100)]
    public void WhenItHasReadyThresholds_ThenTheyAreReadAndWritten(string capacity, int stable, int canary)
    {
        var (spec, errors) = RolloutSpecMapping.Read(WithCapacity(capacity));

        Assert.That(errors, Is.Empty);
        Assert.That(spec!.ReadyThresholds, Is.EqualTo(new ReadyThresholds(stable, canary)));
        Assert.That(RolloutSpecMapping.Read(JsonNode.Parse(RolloutSpecMapping.Write(spec).ToJsonString())).Spec, Is.EqualTo(spec));
    }

    [TestCase("0")]
    [TestCase("101")]
    [TestCase("80%")]
    public void WhenAReadyThresholdIsNoPercentage_ThenTheFieldAndTheRangeAreSaid(string value)
    {
        var (_, errors) = RolloutSpecMapping.Read(WithCapacity($"{{ canaryReadyThreshold: {value} }}"));

        Assert.That(errors.Single().Path, Is.EqualTo("spec.strategy.canary.capacity.canaryReadyThreshold"));
        Assert.That(errors.Single().Message, Does.Contain(value));
    }

    private static JsonObject WithCapacity(string capacity) => Yaml.Object(
        "{ revision: v1, traffic: { stable: { service: a }, canary: { service: b }, istio: { virtualServices: [{ name: c }] } }, "
            + $"strategy: {{ canary: {{ capacity: {capacity} }} }} }}");

    [Test]
    public void WhenAlphaStandsAlone_ThenItIsTheRolloutsAndNothingRunsInTheBackground()
    {
        const string Traffic = "traffic: { stable: { service: a }, canary: { service: b }, istio: { virtualServices: [{ name: c }] } }";
        var (spec, errors) = RolloutSpecMapping.Read(
            Yaml.Object($"{{ revision: v1, {Traffic}, strategy: {{ canary: {{ analysis: {{ alpha: 0.02 }} }} }} }}"));
        var (_, missing) = RolloutSpecMapping.Read(
            Yaml.Object($"{{ revision: v1, {Traffic}, strategy: {{ canary: {{ analysis: {{ startingStep: 0 }} }} }} }}"));

        Assert.That(errors, Is.Empty);
        Assert.That((spec!.Alpha, spec.Analysis), Is.EqualTo((0.02, (Canary.Core.Rollouts.BackgroundAnalysis?)null)));
        Assert.That(RolloutSpecMapping.Read(JsonNode.Parse(RolloutSpecMapping.Write(spec).ToJsonString())).Spec, Is.EqualTo(spec));
        Assert.That(missing.Single()
            .ToString(), Is.EqualTo("spec.strategy.canary.analysis.templates: it is missing; name at least one template"));
    }

    [TestCase("args: [{ name: a, value: b }]")]
    [TestCase("onFailed: pause")]
    [TestCase("onInconclusive: abort")]
    [TestCase("evidenceWithin: 5m")]
    [TestCase("onError: pause")]
    [TestCase("dryRun: [{ metricName: a }]")]
    [TestCase("measurementRetention: [{ metricName: a, limit: 3 }]")]
    [TestCase("startingStep: 1")]
    public void WhenAFieldOfTheBackgroundStandsBesideAlphaWithoutTemplates_ThenItIsRefused(string field)
    {
        const string Traffic = "traffic: { stable: { service: a }, canary: { service: b }, istio: { virtualServices: [{ name: c }] } }";
        foreach (var whole in new[] { "alpha: 0.02", "onTrafficMismatch: pause" })
        {
            var (spec, errors) = RolloutSpecMapping.Read(
                Yaml.Object($"{{ revision: v1, {Traffic}, strategy: {{ canary: {{ analysis: {{ {whole}, {field} }} }} }} }}"));

            Assert.That(spec, Is.Null);
            Assert.That(errors.Single().ToString(), Does.StartWith($"spec.strategy.canary.analysis.{field.Split(':')[0]}: it needs templates")
                .And.Contain("name at least one template, or remove the field"));
        }
    }

    [Test]
    public void WhenTheApiServerWritesTheDefaultOfStartingStepBesideAlpha_ThenItIsAccepted()
    {
        const string Traffic = "traffic: { stable: { service: a }, canary: { service: b }, istio: { virtualServices: [{ name: c }] } }";
        var (spec, errors) = RolloutSpecMapping.Read(
            Yaml.Object($"{{ revision: v1, {Traffic}, strategy: {{ canary: {{ analysis: {{ alpha: 0.02, startingStep: 0 }} }} }} }}"));

        Assert.That(errors, Is.Empty);
        Assert.That((spec!.Alpha, spec.Analysis), Is.EqualTo((0.02, (Canary.Core.Rollouts.BackgroundAnalysis?)null)));
    }

    [TestCase("abort", Canary.Core.Rollouts.TrafficMismatchAction.Abort, "")]
    [TestCase("report", Canary.Core.Rollouts.TrafficMismatchAction.Report, "")]
    [TestCase("stop", null, "report, pause, abort")]
    public void WhenATrafficMismatchHasAnAction_ThenItIsReadOrRefusedWithWhatIsAllowed(string written,
        Canary.Core.Rollouts.TrafficMismatchAction? action, string allowed)
    {
        const string Traffic = "traffic: { stable: { service: a }, canary: { service: b }, istio: { virtualServices: [{ name: c }] } }";
        var (spec, errors) = RolloutSpecMapping.Read(
            Yaml.Object($"{{ revision: v1, {Traffic}, strategy: {{ canary: {{ analysis: {{ onTrafficMismatch: {written} }} }} }} }}"));

        Assert.That((spec?.OnTrafficMismatch, spec?.Analysis), Is.EqualTo((action, (Canary.Core.Rollouts.BackgroundAnalysis?)null)));
        Assert.That(string.Join('\n', errors), allowed.Length == 0 ? Is.Empty
            : Does.StartWith("spec.strategy.canary.analysis.onTrafficMismatch:").And.Contains(allowed));
    }

    [TestCase("5m", 5, null)]
    [TestCase("0s", 0, null)]
    [TestCase("24h", 1440, null)]
    [TestCase("25h", 15, "it is 25h; from 0s (onInconclusive decides at once) to 24h")]
    [TestCase("-1s", 15, "")]
    [TestCase("soon", 15, "")]
    public void WhenEvidenceIsToComeInTime_ThenTheTimeIsReadOrRefused(string within, int minutes, string? problem)
    {
        const string Traffic = "traffic: { stable: { service: a }, canary: { service: b }, istio: { virtualServices: [{ name: c }] } }";
        var (spec, errors) = RolloutSpecMapping.Read(Yaml.Object(
            $"{{ revision: v1, {Traffic}, strategy: {{ canary: {{ analysis: {{ templates: [{{ templateName: t }}], "
                + $"evidenceWithin: {within} }} }} }} }}"));

        if (problem is null)
        {
            Assert.That(spec!.Analysis!.Analysis.Policy.EvidenceWithin, Is.EqualTo(System.TimeSpan.FromMinutes(minutes)));
            Assert.That(RolloutSpecMapping.Read(JsonNode.Parse(RolloutSpecMapping.Write(spec).ToJsonString())).Spec, Is.EqualTo(spec));
        }
        else
            Assert.That(errors.Single().ToString(), Does.StartWith("spec.strategy.canary.analysis.evidenceWithin: ").And.Contain(problem));
    }

    [Test]
    public void WhenOneWorkloadIsGiven_ThenTheSidesFollowFromIt()
    {
        var (spec, errors) = RolloutSpecMapping.Read(OneWorkload("", "scaleDownDelay: 10s"));

        Assert.Multiple(() =>
        {
            Assert.That(errors, Is.Empty);
            Assert.That(spec!.Traffic.NamedStable,
                Is.EqualTo(new SideSpec("checkout-stable", null, new WorkloadReference("Deployment", "checkout-stable"))));
            Assert.That(spec.Traffic.NamedCanary,
                Is.EqualTo(new SideSpec("checkout-canary", null, new WorkloadReference("Deployment", "checkout"))));
            Assert.That(spec.Workload!.ScaleDownDelay, Is.EqualTo(System.TimeSpan.FromSeconds(10)));
            Assert.That(spec.PromotesTemplate, Is.True);
            Assert.That(RolloutSpecMapping.Read(JsonNode.Parse(RolloutSpecMapping.Write(spec).ToJsonString())).Spec, Is.EqualTo(spec));
        });
    }

    [Test]
    public void WhenItsServicesHaveOtherNames_ThenTheyAreTaken()
    {
        var (spec, _) = RolloutSpecMapping.Read(OneWorkload("stable: { service: old }, canary: { service: new },", "", "service: front"));

        Assert.That((spec!.Traffic.NamedStable.Service, spec.Traffic.NamedCanary.Service, spec.Workload!.ClientService),
            Is.EqualTo(("old", "new", "front")));
        Assert.That(RolloutSpecMapping.Read(JsonNode.Parse(RolloutSpecMapping.Write(spec).ToJsonString())).Spec, Is.EqualTo(spec));
    }

    [TestCase("stable: { workload: { name: x } },", "", "", "spec.traffic.stable.workload: spec.workload is given")]
    [TestCase("canary: { subset: v2 },", "", "", "spec.traffic.canary.subset: spec.workload is given")]
    [TestCase("canary: { service: checkout },", "", "", "spec.traffic.canary.service: it is 'checkout', the Service that clients call")]
    [TestCase("", "scaleDownDelay: 48h", "", "spec.strategy.canary.scaleDownDelay: it is 48h; from 0s to 24h")]
    [TestCase("", "scaleDownDelay: soon", "", "spec.strategy.canary.scaleDownDelay: ")]
    [TestCase("", "", "kind: Job", "spec.workload.kind: it is 'Job'; allowed are Deployment, StatefulSet and DaemonSet")]
    [TestCase("", "", "service: a-service-with-a-name-that-is-so-long-that-nothing-fits-after-it", "spec.traffic.stable.service: it would be")]
    public void WhenOneWorkloadIsWrong_ThenTheFieldIsNamed(string sides, string strategy, string workload, string problem)
    {
        var (spec, errors) = RolloutSpecMapping.Read(OneWorkload(sides, strategy, workload));

        Assert.That(spec, Is.Null);
        Assert.That(errors[0].ToString(), Does.StartWith(problem));
    }

    [TestCase("replicas: 3")]
    [TestCase("weight: 25")]
    [TestCase("matchTrafficWeight: true")]
    public void WhenAStepScalesTheCanary_ThenItIsWrittenAndReadAlike(string scale)
    {
        var (spec, errors) = RolloutSpecMapping.Read(OneWorkload("", $"steps: [{{ setCanaryScale: {{ {scale} }} }}, {{ setWeight: 5 }}]"));

        Assert.That(errors, Is.Empty);
        Assert.That(spec!.Steps[0], Is.InstanceOf<Step.SetCanaryScale>());
        Assert.That(RolloutSpecMapping.Read(JsonNode.Parse(RolloutSpecMapping.Write(spec).ToJsonString())).Spec, Is.EqualTo(spec));
    }

    [TestCase("abTest", "match: [{ cookieName: group, cookieValue: { exact: b } }], duration: 24h, analysis: { templates: [{ templateName: a }] }")]
    [TestCase("abTest", "match: [{ headerName: x-a, headerValue: { prefix: b } }], iterations: 10, interval: 1m, unreadyLimit: 5")]
    [TestCase("mirror", "percentage: 20, match: [{ method: { exact: GET } }], preAnalysis: { templates: [{ templateName: a }] }")]
    [TestCase("mirror", "duration: 1h, scaleDownDelay: 1m")]
    public void WhenAnotherStrategyIsGiven_ThenItHasStepsAndIsWrittenAndReadAlike(string strategy, string fields)
    {
        var document = OneWorkload("", "");
        document["strategy"] = new JsonObject { [strategy] = Yaml.Object($"{{ {fields} }}") };
        var (spec, errors) = RolloutSpecMapping.Read(document);
        Assert.That(errors, Is.Empty);
        var written = RolloutSpecMapping.Write(spec!);

        Assert.That(spec!.Steps, Has.Count.EqualTo(2));
        Assert.That(spec.StrategyPath, Is.EqualTo($"spec.strategy.{strategy}"));
        Assert.That(written["strategy"]!.AsObject().Select(one => one.Key), Is.EqualTo(new[] { strategy }));
        Assert.That(RolloutSpecMapping.Read(JsonNode.Parse(written.ToJsonString())).Spec, Is.EqualTo(spec));
        SchemaCheck.Check(RolloutResource.Spec, written, "spec", (path, problem) => Assert.Fail($"{path}: {problem}"));
    }

    [Test]
    public void WhenTwoStrategiesAreGiven_ThenTheErrorNamesBoth()
    {
        var document = OneWorkload("", "");
        document["strategy"]!["mirror"] = new JsonObject();

        Assert.That(RolloutSpecMapping.Read(document).Errors[0].ToString(),
            Does.StartWith("spec.strategy: it has canary and mirror; exactly one of"));
    }

    [TestCase("setHeaderRoute: { name: a, match: [{ headerName: X-A, headerValue: { exact: b } }, { cookieName: C, cookieValue: { regex: d+ } }] }")]
    [TestCase("setMirrorRoute: { name: a, percentage: 12.5 }")]
    [TestCase("setMirrorRoute: { name: a, match: [{ method: { exact: GET }, path: { prefix: /api }, headers: { x-a: { regex: b } } }] }")]
    public void WhenAStepSetsAHeaderOrMirrorRoute_ThenItIsWrittenAndReadAlike(string step)
    {
        var (spec, errors) = RolloutSpecMapping.Read(OneWorkload("", $"steps: [{{ {step} }}, {{ setWeight: 5 }}]"));

        Assert.That(errors, Is.Empty);
        Assert.That(RolloutSpecMapping.Read(JsonNode.Parse(RolloutSpecMapping.Write(spec!).ToJsonString())).Spec, Is.EqualTo(spec));
    }

    [TestCase("steps: [{ setHeaderRoute: { name: a, match: [{}] } }]", "steps[0].setHeaderRoute.match[0].headerName: it is missing")]
    [TestCase("steps: [{ setHeaderRoute: { name: a, match: [{ headerName: b, headerValue: { exact: c, prefix: d } }] } }]",
        "steps[0].setHeaderRoute.match[0].headerValue: it has exact and prefix; exactly one of")]
    [TestCase("steps: [{ setHeaderRoute: { match: [] } }]", "steps[0].setHeaderRoute.name: it is missing")]
    [TestCase("steps: [{ setHeaderRoute: { name: a } }]", "steps[0].setHeaderRoute: it has no match, which takes route 'a' away")]
    [TestCase("steps: [{ setMirrorRoute: { name: a, percentage: 101 } }]", "steps[0].setMirrorRoute.percentage: it is 101")]
    [TestCase("steps: [{ setCanaryScale: {} }]", "steps[0].setCanaryScale: it has none; exactly one of")]
    [TestCase("steps: [{ setCanaryScale: { replicas: 1, weight: 5 } }]", "steps[0].setCanaryScale: it has replicas and weight")]
    [TestCase("steps: [{ setCanaryScale: { replicas: 0 } }]", "steps[0].setCanaryScale.replicas: it is 0; 1 to 10000")]
    [TestCase("steps: [{ setCanaryScale: { matchTrafficWeight: false } }]", "steps[0].setCanaryScale.matchTrafficWeight: it is false")]
    [TestCase("steps: [{ setCanaryScale: 3 }]", "steps[0].setCanaryScale: ")]
    [TestCase("ramp: { from: 1, to: 50, every: 1m }", "ramp.by: it is missing; by or factor is needed")]
    [TestCase("ramp: { from: 1, to: 50, by: 5, factor: 2, every: 1m }", "ramp.by: factor is given too")]
    [TestCase("ramp: { from: 1, by: 5, every: 1m }", "ramp.to: it is missing")]
    [TestCase("ramp: { from: 60, to: 50, by: 5, every: 1m }", "ramp.to: it is 50; allowed are whole percent, from 'from' to 100")]
    [TestCase("ramp: { from: 1.5, to: 50, by: 5, every: 1m }", "ramp.from: it is 1.5; allowed are whole percent")]
    [TestCase("ramp: { from: 1, to: 50, factor: 1, every: 1m }", "ramp.factor: it is 1; above 1, up to 100")]
    [TestCase("ramp: { from: 1, to: 50, by: 5, every: 0s }", "ramp.every: it is 0s; it must be longer than 0s")]
    [TestCase("ramp: { from: 1, to: 100, by: 1, every: 1m }", "ramp.by: it makes more than 50 weights")]
    [TestCase("ramp: { from: 1, to: 50, by: 5, every: 1m }, steps: [{ setWeight: 5 }]", "ramp: steps are given too")]
    [TestCase("ramp: fast", "ramp: ")]
    [TestCase("ramp: { from: 1, to: 50, factor: 1e300, every: 1m }", "ramp.factor: ")]
    public void WhenStepsAreWrong_ThenTheFieldIsNamed(string strategy, string problem)
    {
        var (spec, errors) = RolloutSpecMapping.Read(OneWorkload("", strategy));

        Assert.That(spec, Is.Null);
        Assert.That(errors.Single().ToString(), Does.StartWith("spec.strategy.canary." + problem));
    }

    [Test]
    public void WhenARampIsGiven_ThenTheStatusHasItsSteps()
    {
        var (spec, errors) = RolloutSpecMapping.Read(OneWorkload("", "ramp: { from: 5, to: 20, factor: 2, every: 90s }"));

        Assert.That(errors, Is.Empty);
        Assert.That(RolloutSpecMapping.Write(spec!)["strategy"]!["canary"]!["steps"]!.ToJsonString(), Is.EqualTo(
            """[{"setWeight":5},{"pause":{"duration":"1m30s"}},{"setWeight":10},{"pause":{"duration":"1m30s"}},{"setWeight":20},{"pause":{"duration":"1m30s"}}]"""));
    }

    [Test]
    public void WhenTwoWorkloadsHaveADelay_ThenItIsRefused()
    {
        var (_, errors) = RolloutSpecMapping.Read(Yaml.Object("""
            traffic:
              stable: { service: a, workload: { name: a } }
              canary: { service: b, workload: { name: b } }
              istio: { virtualServices: [{ name: checkout }] }
            strategy: { canary: { scaleDownDelay: 10s } }
            """));

        Assert.That(errors.Single().ToString(), Does.StartWith("spec.strategy.canary.scaleDownDelay: it needs spec.workload"));
    }

    [TestCase("gloo: {}", "spec.traffic.gloo")]
    [TestCase("istio: { virtualServices: [{ name: checkout }] }, gloo: {}", "spec.traffic.gloo")]
    [TestCase("Istio: { virtualServices: [{ name: checkout }] }", "spec.traffic.Istio")]
    public void WhenTheRouterIsUnknown_ThenTheErrorNamesItAndThoseThatThereAre(string router, string path)
    {
        var (spec, errors) = RolloutSpecMapping.Read(Yaml.Object(
            $"traffic: {{ stable: {{ service: a }}, canary: {{ service: b }}, {router} }}\nstrategy: {{ canary: {{ steps: [{{ setWeight: 5 }}] }} }}"));

        Assert.That(spec, Is.Null);
        Assert.That(errors.Single().Path, Is.EqualTo(path));
        foreach (var known in RouterRegistry.All) Assert.That(errors.Single().Message, Does.Contain(known.Key));
    }

    [Test]
    public void WhenThereIsNoRouter_ThenTheErrorNamesThoseThatThereAre()
    {
        var (_, errors) = RolloutSpecMapping.Read(Yaml.Object(
            "traffic: { stable: { service: a }, canary: { service: b } }\nstrategy: { canary: { steps: [{ setWeight: 5 }] } }"));

        foreach (var known in RouterRegistry.All) Assert.That(errors.Single().Message, Does.Contain(known.Key));
    }

    private static JsonObject OneWorkload(string sides, string strategy, string workload = "") => Yaml.Object($$"""
        workload: { name: checkout, {{workload}} }
        traffic: { {{sides}} istio: { virtualServices: [{ name: checkout, routes: [primary] }] } }
        strategy: { canary: { {{strategy}} } }
        """);

    [Test]
    public void WhenManyThingsAreWrong_ThenAllAreSaidWithTheirPaths()
    {
        var (spec, errors) = RolloutSpecMapping.Read(Yaml.Object("""
            progressDeadline: soon
            paused: "yes"
            traffic:
              stable: { service: "", workload: { name: 3 } }
              istio: { virtualServices: [{ routes: [1] }, 7] }
            strategy:
              canary:
                steps:
                - setWeight: 101
                - { setWeight: 5, pause: {} }
                - {}
                - pause: { duration: 1 hour }
                - analysis: { templates: [{}], args: [{ name: a }] }
            """));

        Assert.That(spec, Is.Null);
        Assert.That(errors.Select(error => error.Path), Is.EquivalentTo(new[]
        {
            "spec.progressDeadline",
            "spec.paused",
            "spec.traffic.canary",
            "spec.traffic.stable.service",
            "spec.traffic.stable.workload.name",
            "spec.traffic.istio.virtualServices[0].name",
            "spec.traffic.istio.virtualServices[0].routes[0]",
            "spec.traffic.istio.virtualServices[1]",
            "spec.strategy.canary.steps[0].setWeight",
            "spec.strategy.canary.steps[1]",
            "spec.strategy.canary.steps[2]",
            "spec.strategy.canary.steps[3].pause.duration",
            "spec.strategy.canary.steps[4].analysis.templates[0].templateName",
            "spec.strategy.canary.steps[4].analysis.args[0].value",
        }));
    }

    [Test]
    public void WhenTheRulesOfCoreAreBroken_ThenTheyAreSaid()
    {
        var json = RolloutSpecMapping.Write(GivenARolloutStatus.Spec);
        json["traffic"]!["canary"]!["subset"] = "v1";

        var (_, errors) = RolloutSpecMapping.Read(json);

        Assert.That(errors.Select(error => error.Path), Does.Contain("spec.traffic.canary.subset"));
    }
}
