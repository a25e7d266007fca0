using Canary.Core.Units;

namespace Canary.Core.Analysis.Templates;

/// <summary>A template as a user wrote it: every field may still hold <c>{{args.name}}</c>.</summary>
/// <param name="Title">How messages name it: <c>AnalysisTemplate shop/istio-red</c>.</param>
/// <param name="Arguments"><c>spec.args</c>: each with its default, null where a value must be given.</param>
/// <param name="Metrics"><c>spec.metrics</c>.</param>
public sealed record AnalysisTemplateSpec(string Title, EquatableArray<Argument> Arguments, EquatableArray<MetricTemplate> Metrics)
{
    /// <summary><c>spec.templates</c>: templates whose metrics belong to this one.</summary>
    public EquatableArray<TemplateReference> Includes { get; init; }

    /// <summary><c>spec.dryRun[].metricName</c>: regular expressions that match a part of the names of metrics that decide
    /// nothing.</summary>
    public EquatableArray<string> DryRun { get; init; }

    /// <summary><c>spec.compatibility</c>: canary or argo; null: it says nothing of it.</summary>
    public string? Compatibility { get; init; }

    /// <summary><c>spec.score</c>; null: it says nothing of it.</summary>
    public ScoreTemplate? Score { get; init; }

    /// <summary><c>spec.measurementRetention</c>.</summary>
    public EquatableArray<MetricRetention> Retention { get; init; }
}
