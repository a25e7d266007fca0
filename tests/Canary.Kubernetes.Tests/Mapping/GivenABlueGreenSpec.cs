using System;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.Mapping;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Mapping;

public sealed class GivenABlueGreenSpec
{
    private const string Istio = "istio: { virtualServices: [{ name: checkout }] }";

    private const string TwoSides =
        "stable: { service: a, workload: { name: a } }, canary: { service: b, workload: { name: b } }, " + Istio;

    [Test]
    public void WhenItIsWrittenAndRead_ThenItIsEqualAndStaysBlueGreen()
    {
        var (spec, errors) = Read("workload: { name: checkout }", Istio, """
            activeService: live, previewService: green, previewReplicaCount: 2, autoPromotionEnabled: true, autoPromotionAfter: 5m,
            prePromotionAnalysis: { templates: [{ templateName: smoke }] }, postPromotionAnalysis: { templates: [{ templateName: slo }], onFailed: pause },
            scaleDownDelay: 1h, abortScaleDownDelay: 2m, capacity: { policy: Warn }, unreadyLimit: 1
            """);

        Assert.That(errors, Is.Empty);
        var written = RolloutSpecMapping.Write(spec!);
        Assert.Multiple(() =>
        {
            Assert.That(RolloutSpecMapping.Read(JsonNode.Parse(written.ToJsonString())).Spec, Is.EqualTo(spec));
            Assert.That(RolloutSpecMapping.ReadAccepted(JsonNode.Parse(written.ToJsonString())), Is.EqualTo(spec));
            Assert.That(written["strategy"]!.AsObject().Select(strategy => strategy.Key), Is.EqualTo(new[] { "blueGreen" }));
            Assert.That((spec!.Traffic.NamedStable.Service, spec.Traffic.NamedCanary.Service), Is.EqualTo(("live", "green")));
            Assert.That((spec.Capacity, spec.UnreadyLimit, spec.BlueGreen!.ScaleDownDelay),
                Is.EqualTo((CapacityPolicy.Warn, 1, TimeSpan.FromHours(1))));
            Assert.That(spec.Workload!.ScaleDownDelay, Is.EqualTo(TimeSpan.FromSeconds(30)), "of the pods that the copy replaced");
        });
    }

    [Test]
    public void WhenItIsEmpty_ThenItHasTheDefaultsOfArgoRollouts()
    {
        var (spec, errors) = Read("workload: { name: checkout }", Istio, "");

        Assert.That(errors, Is.Empty);
        Assert.That(spec!.BlueGreen, Is.EqualTo(new BlueGreenStrategy()));
        Assert.That(spec.Steps, Is.EqualTo(new Step[] { new Step.Pause(TimeSpan.Zero) }));
        Assert.That((spec.Traffic.NamedStable.Service, spec.Traffic.NamedCanary.Service),
            Is.EqualTo(("checkout-stable", "checkout-canary")));
    }

    [TestCase("autoPromotionSeconds: 90", 90)]
    [TestCase("autoPromotionAfter: 90", 90)]
    [TestCase("autoPromotionEnabled: false", null)]
    public void WhenThePauseIsGiven_ThenItIsTheOneStep(string fields, int? seconds)
    {
        var (spec, errors) = Read("workload: { name: checkout }", Istio, fields);

        Assert.That(errors, Is.Empty);
        Assert.That(spec!.Steps.Single(), Is.EqualTo(new Step.Pause(seconds is { } length ? TimeSpan.FromSeconds(length) : null)));
    }

    [TestCase("autoPromotionAfter: 1m, autoPromotionSeconds: 60", "spec.strategy.blueGreen.autoPromotionSeconds: ")]
    [TestCase("autoPromotionAfter: 1m, autoPromotionEnabled: false", "spec.strategy.blueGreen.autoPromotionAfter: ")]
    [TestCase("activeService: checkout", "spec.strategy.blueGreen.activeService: it is 'checkout', the Service that clients call")]
    [TestCase("prePromotionAnalysis: { templates: [] }", "spec.strategy.blueGreen.prePromotionAnalysis.templates: ")]
    public void WhenAFieldIsWrong_ThenItIsNamed(string fields, string expected) =>
        Assert.That(Read("workload: { name: checkout }", Istio, fields).Errors.Select(error => error.ToString()),
            Has.One.StartsWith(expected));

    [TestCase("previewReplicaCount: 2", "previewReplicaCount")]
    [TestCase("abortScaleDownDelay: 1m", "abortScaleDownDelay")]
    [TestCase("previewService: c", "previewService")]
    public void WhenTheSidesAreNamed_ThenWhatNeedsOneWorkloadIsRefused(string fields, string expected) =>
        Assert.That(Read("paused: false", TwoSides, fields).Errors.Single().ToString(),
            Does.StartWith($"spec.strategy.blueGreen.{expected}: it needs spec.workload"));

    [Test]
    public void WhenTheSidesAreNamed_ThenTheRestIsTheSame() =>
        Assert.That(Read("paused: false", TwoSides, "autoPromotionAfter: 5m, scaleDownDelay: 1m").Errors, Is.Empty);

    [TestCase("{ canary: {}, blueGreen: {} }", "it has canary and blueGreen; exactly one of")]
    [TestCase("{}", "it has none; exactly one of")]
    public void WhenThereIsNotOneStrategy_ThenThatIsSaid(string strategy, string expected) =>
        Assert.That(RolloutSpecMapping.Read(Yaml.Object(
                $"{{ workload: {{ name: checkout }}, traffic: {{ {Istio} }}, strategy: {strategy} }}")).Errors.Single().ToString(),
            Does.StartWith($"spec.strategy: {expected}"));

    [Test]
    public void WhenItNamesObjects_ThenTheyAreWatched()
    {
        var rollout = Yaml.Object($$"""
            { metadata: { name: checkout, namespace: shop }, spec: { workload: { name: checkout }, traffic: { {{Istio}} }, strategy: { blueGreen: {
              previewService: green, prePromotionAnalysis: { templates: [{ templateName: smoke }] }, postPromotionAnalysis: { templates: [{ templateName: slo }] } } } } }
            """);

        var names = RolloutReferences.Find(rollout).Select(reference => $"{reference.Plural}/{reference.Name}").ToArray();

        Assert.That(names, Is.SupersetOf(new[] { "services/green", "services/checkout-stable", "analysistemplates/smoke",
            "analysistemplates/slo" }).And.Not.Contains("services/checkout-canary"));
    }

    private static (RolloutSpec? Spec, EquatableArray<SpecError> Errors) Read(string workload, string traffic, string fields) =>
        RolloutSpecMapping.Read(Yaml.Object(
            $"{{ {workload}, traffic: {{ {traffic} }}, strategy: {{ blueGreen: {{ {fields} }} }} }}"));
}
