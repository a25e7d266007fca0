using Canary.Core.Units;

namespace Canary.Core.Analysis.Templates;

/// <summary>What a run is made from.</summary>
/// <param name="Templates">The templates, in the order of the reference. Metrics of all of them become one run.</param>
/// <param name="Arguments">What the user gives. One that no template declares is passed over, as in Argo Rollouts.</param>
/// <param name="BuiltIn">What the engine gives (hashes of the revisions, and the like): a template may use it without declaring it; a value
/// of the user goes before it.</param>
/// <param name="Subject">Placeholders of RED presets as the rollout's canary side fills them: <c>ns</c>, <c>svc</c>, <c>workload</c>,
/// <c>subset_ver</c>.</param>
/// <param name="MustEnd">True for an analysis step: a metric with an interval and no count would never end.</param>
public sealed record TemplateRequest(
    EquatableArray<AnalysisTemplateSpec> Templates,
    EquatableArray<Argument> Arguments,
    EquatableArray<Argument> BuiltIn,
    EquatableArray<Argument> Subject,
    bool MustEnd)
{
    /// <summary>Placeholders of RED presets as the rollout's stable side fills them, for a metric with <c>side: stable</c>.</summary>
    public EquatableArray<Argument> StableSubject { get; init; }

    /// <summary>False rollbacks allowed, split over the sequential metrics of the run; null: it is split later, over those of all runs of a
    /// rollout.</summary>
    public double? Alpha { get; init; }

    /// <summary><c>dryRun</c> of the reference, beside that of the templates.</summary>
    public EquatableArray<string> DryRun { get; init; }

    /// <summary><c>measurementRetention</c> of the reference, which goes before that of the templates.</summary>
    public EquatableArray<MetricRetention> Retention { get; init; }
}
