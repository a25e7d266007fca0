using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Templates;
using Canary.Core.Planning;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Rules;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Traffic.Registry;

namespace Canary.Kubernetes.Stores;

/// <summary>A Rollout and the runs that it would make now, resolved as the controller resolves them.</summary>
/// <param name="Title">Namespace and name.</param>
/// <param name="Spec">What the next rollout would do, whatever one under way does.</param>
/// <param name="Runs">Its analyses.</param>
/// <param name="IsDefault">The Rollout compares nothing: the one run among <paramref name="Runs"/> that does is the preset that fits its
/// sides, in the background.</param>
public sealed record RolloutAnalyses(string Title, RolloutSpec Spec, EquatableArray<PlannedRun> Runs, bool IsDefault)
{
    private const string Canary = "spec.strategy.canary";

    private EquatableArray<Argument> CanarySubject { get; init; }

    private EquatableArray<Argument> StableSubject { get; init; }

    /// <summary>The values of a preset's placeholders for stable, where those for the canary are known: what the Rollout gives to the
    /// canary is stable's, and what the template writes out holds for both.</summary>
    public EquatableArray<Argument> FindStableSubject(EquatableArray<Argument> canary) =>
    [
        .. canary.Where(one => !CanarySubject.Contains(one)),
        .. StableSubject.Where(one => one.Value is { Length: > 0 }
            && !canary.Any(other => other.Name == one.Name && !CanarySubject.Contains(other))),
    ];

    /// <summary>Reads a Rollout with what it names.</summary>
    /// <param name="rollout">The Rollout.</param>
    /// <param name="others">AnalysisTemplates, ClusterAnalysisTemplates and kinds of routers; of other kinds nothing is read.</param>
    /// <param name="unread">Why ClusterAnalysisTemplates could not be read; null: they could.</param>
    /// <returns>Null, and everything that is wrong.</returns>
    public static (RolloutAnalyses? Analyses, EquatableArray<SpecError> Problems) Read(JsonObject rollout, IReadOnlyList<JsonObject> others,
        string? unread = null)
    {
        var read = RolloutMapping.Read(rollout);
        if (read.Spec is not { } spec) return (null, read.Errors);
        // What is planned is the spec as it is written, and not the one that a rollout under way began with.
        var snapshot = read with { Status = read.Status with { StartedAt = null, Accepted = null } };
        var reading = new TemplateReading(
            ObjectLookup.Of(KnownKinds.Rollouts, [rollout]),
            ObjectLookup.Of(KnownKinds.AnalysisTemplates, others),
            ObjectLookup.Of(KnownKinds.ClusterAnalysisTemplates, others, unread),
            kind => ObjectLookup.Of(kind, others));
        var (runs, problems) = (new List<PlannedRun>(), new List<SpecError>());
        foreach (var (analysis, path, step, edge) in Analyses(spec))
        {
            var (run, wrong) = reading.Resolve(snapshot, analysis, path, mustEnd: step is not null || edge is not null);
            problems.AddRange(wrong);
            if (run is not null)
                runs.Add(new PlannedRun(step, edge, EvidenceRule.Apply(run, spec, new RunKey("", 1, step, edge),
                    other => reading.Compares(snapshot, other))));
        }

        var title = $"{read.Name.Namespace}/{read.Name.Name}";
        if (problems.Count > 0) return (null, problems.ToEquatableArray());
        var (stable, canary) = TemplateReading.Sides(snapshot, spec.Traffic);
        var (ours, theirs) = (reading.Subject(snapshot, spec.Traffic, canary), reading.Subject(snapshot, spec.Traffic, stable));
        // Blue-green, the sides never have traffic at the same time: nothing could be compared in the background.
        if (spec.BlueGreen is not null || runs.Any(run => run.Run.Metrics.Any(metric => metric.IsSequentialTest)))
            return (new RolloutAnalyses(title, spec, [.. runs], false) { CanarySubject = ours, StableSubject = theirs }, []);
        var (errors, missing) = Default(snapshot, spec, reading);
        if (errors is null) return (null, missing);
        var planned = spec with { Analysis = new BackgroundAnalysis(spec.Analysis?.Analysis ?? new AnalysisReference([], []), 0) };
        return (new RolloutAnalyses(title, planned, [.. runs.Where(run => !run.IsBackground), new PlannedRun(null, null, errors)], true),
            []);
    }

    private static IEnumerable<(AnalysisReference Analysis, string Path, int? Step, AnalysisPlacement? Edge)> Analyses(RolloutSpec spec)
    {
        if (spec.PreAnalysis is { } pre) yield return (pre, spec.PreAnalysisPath, null, AnalysisPlacement.Pre);
        for (var index = 0; index < spec.Steps.Count; index++)
            if (spec.Steps[index] is Step.Analyze step) yield return (step.Analysis, $"{Canary}.steps[{index}].analysis", index, null);
        if (spec.PostAnalysis is { } post) yield return (post, spec.PostAnalysisPath, null, AnalysisPlacement.Post);
        if (spec.Analysis is { } background) yield return (background.Analysis, $"{spec.StrategyPath}.analysis", null, null);
    }

    private static (RunSpec? Run, EquatableArray<SpecError> Problems) Default(RolloutSnapshot snapshot, RolloutSpec spec,
        TemplateReading reading)
    {
        var (stable, canary) = TemplateReading.Sides(snapshot, spec.Traffic);
        var preset = RouterRegistry.Of(spec.Traffic.Router).PresetOf(stable!, canary!);
        var metric = new MetricTemplate("errors", null, null, null, null, null, null, null, null, null, null,
            new RedTemplate(preset, "errors", null, null, [], PrometheusTemplate.Default))
        { Comparison = new ComparisonTemplate() };
        var request = new TemplateRequest([new AnalysisTemplateSpec("AnalysisTemplate errors", [], [metric])], [], [],
            reading.Subject(snapshot, spec.Traffic, canary), false)
        {
            StableSubject = reading.Subject(snapshot, spec.Traffic, stable),
            Alpha = spec.Alpha,
        };
        return TemplateResolver.Resolve(request) switch
        {
            TemplateResolution.Resolved resolved => (resolved.Run, []),
            TemplateResolution.Invalid invalid => (null, invalid.Problems),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}
