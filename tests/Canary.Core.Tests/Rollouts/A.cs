using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Testing.Routers;

namespace Canary.Core.Tests.Rollouts;

/// <summary>Values that tests begin with; changed by <c>with</c>.</summary>
internal static class A
{
    public static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public static readonly AnalysisReference Red = new([new TemplateReference("istio-red", false)], [new Argument("service", "checkout")]);

    public static readonly AnalysisReference Smoke = new([new TemplateReference("smoke", false)], []);

    public static readonly TrafficSpec Traffic = new(
        new SideSpec("checkout-stable", null, new WorkloadReference("Deployment", "checkout-stable")),
        new SideSpec("checkout-canary", null, new WorkloadReference("Deployment", "checkout-canary")),
        new NamedRouter("checkout"));

    /// <summary>5, wait a minute, 25, analysis, 50, until promoted; with an analysis in the background.</summary>
    public static readonly RolloutSpec Rollout = new(
        Traffic,
        null,
        [SetWeight(5), Pause(60), SetWeight(25), new Step.Analyze(Red), SetWeight(50), new Step.Pause(null)],
        new BackgroundAnalysis(Red, 1),
        TimeSpan.FromMinutes(10),
        false);

    /// <summary>5, 25, 50 without waiting or analysis.</summary>
    public static readonly RolloutSpec Plain = Rollout with { Steps = [SetWeight(5), SetWeight(25), SetWeight(50)], Analysis = null };

    /// <summary>No workloads: the revision says what is released, and the sides alternate.</summary>
    public static readonly RolloutSpec Alternating = Plain with
    {
        Traffic = Traffic with
        {
            NamedStable = Traffic.NamedStable with { Workload = null },
            NamedCanary = Traffic.NamedCanary with { Workload = null }
        },
        Revision = "1.0.0",
    };

    public static readonly SideObservation Side = new("v1", 2, 2, true, null);

    /// <summary>A critical alert of the service rolls the canary back.</summary>
    public static readonly AlertRule Rule =
        new([new Label("service", "checkout"), new Label("severity", "critical")], AlertAction.Abort, false);

    public static FiringAlert Alert(DateTimeOffset since, string name = "CheckoutErrors") =>
        new([new Label("alertname", name), new Label("service", "checkout"), new Label("severity", "critical")], since,
            "Alertmanager's webhook");

    public static Step SetWeight(int percent) => new Step.SetWeight(Weight.FromPercent(percent));

    /// <summary>Requests with a header of this name; less than one match takes the route away.</summary>
    public static Step HeaderRoute(string name, int matches = 1) => new Step.SetHeaderRoute(Header(name, matches));

    public static HeaderRoute Header(string name, int matches = 1) => new(name, [.. Enumerable.Repeat(
        new RequestMatch([new HeaderTest($"x-{name}", false, new TextTest(TextTestKind.Exact, "yes"))]), matches)]);

    public static Step Mirror(string name, int percent) => new Step.SetMirrorRoute(new MirrorRoute(name, Weight.FromPercent(percent), []));

    public static Step Pause(int seconds) => new Step.Pause(TimeSpan.FromSeconds(seconds));
}
