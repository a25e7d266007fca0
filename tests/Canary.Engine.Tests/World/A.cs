using System;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Testing;
using Canary.Testing.Routers;

namespace Canary.Engine.Tests.World;

/// <summary>Things to begin a test with.</summary>
internal static class A
{
    public static readonly DateTimeOffset Morning = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);

    public static readonly AnalysisReference Analysis = new([new TemplateReference("errors", false)], []);

    /// <summary>5, pause, 25, analysis, 50; background analysis from the first.</summary>
    public static RolloutSpec Rollout => new(
        Traffic,
        null,
        [new Step.SetWeight(Weight.FromPercent(5)), new Step.Pause(TimeSpan.FromSeconds(20)), new Step.SetWeight(Weight.FromPercent(25)),
            new Step.Analyze(Analysis), new Step.SetWeight(Weight.FromPercent(50))],
        new BackgroundAnalysis(Analysis, 0),
        RolloutSpec.DefaultProgressDeadline,
        false);

    /// <summary>A header route, a pause, a mirror beside it, a pause, and a quarter without the mirror; background analysis from the
    /// first.</summary>
    public static RolloutSpec WithRoutes => Rollout with
    {
        Steps = [new Step.SetHeaderRoute(Staff), new Step.Pause(TimeSpan.FromSeconds(20)), new Step.SetMirrorRoute(Shadow),
            new Step.Pause(TimeSpan.FromSeconds(20)), new Step.SetMirrorRoute(Shadow with { Percentage = Weight.Zero }),
            new Step.SetWeight(Weight.FromPercent(25)), new Step.Pause(TimeSpan.FromSeconds(20))],
    };

    /// <summary>What the routes of a rollout by <see cref="WithRoutes"/> show, in order.</summary>
    public static string[] ShiftsOfRoutes => [$"0, {Staff}", $"0, {Staff}, {Shadow}", $"0, {Staff}", $"25, {Staff}", "100", "0"];

    private static HeaderRoute Staff =>
        new("staff", [new RequestMatch([new HeaderTest("x-staff", false, new TextTest(TextTestKind.Exact, "yes"))])]);

    private static MirrorRoute Shadow => new("shadow", Weight.FromPercent(10), []);

    public static TrafficSpec Traffic => new(
        new SideSpec("checkout-stable", null, new WorkloadReference("Deployment", "checkout-stable")),
        new SideSpec("checkout-canary", null, new WorkloadReference("Deployment", "checkout-canary")),
        new NamedRouter("checkout"));

    /// <summary>An error rate that must stay below one percent, measured every five seconds, four times.</summary>
    public static RunSpec Errors => new(
        [new MetricSpec("errors", TimeSpan.FromSeconds(5), 4, TimeSpan.Zero, TimeSpan.Zero, "result[0] < 0.01", null, 0, 0, 4, Query)]);

    /// <summary>The same, asked for as <paramref name="query"/>.</summary>
    public static RunSpec Asking(string query) => new([Errors.Metrics[0] with { Provider = Query with { Query = query } }]);

    /// <summary>Analysis before the steps and after them, each with a query of its own: <c>pre</c> and <c>post</c>.</summary>
    public static FakeCluster ClusterWithEdges() =>
        new(new ManualTime(Morning), Rollout with { PreAnalysis = Analysis, PostAnalysis = Analysis })
        {
            Metrics = Errors,
            MetricsOf =
            key => key.Edge switch { AnalysisPlacement.Pre => Asking("pre"), AnalysisPlacement.Post => Asking("post"), null => Errors },
        };

    public static ProviderSpec.Prometheus Query => new(null, "errors", null, TimeSpan.FromSeconds(30), null, [], false, null);

    /// <summary>A cluster whose rollout is healthy and idle at v1.</summary>
    public static FakeCluster Cluster(RolloutSpec? spec = null) => new(new ManualTime(Morning), spec ?? Rollout) { Metrics = Errors };
}
