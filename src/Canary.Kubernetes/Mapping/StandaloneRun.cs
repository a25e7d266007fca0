using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Templates;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Mapping;

/// <summary>The spec of an AnalysisRun that was made by hand: metrics or templates, and arguments for them.</summary>
internal sealed record StandaloneRun(AnalysisTemplateSpec Own, EquatableArray<Argument> Arguments,
    EquatableArray<TemplateReference> Templates, bool IsToEnd)
{
    /// <summary>The run belongs to no Rollout.</summary>
    public static bool IsOne(JsonObject document) => Json.Object(document, "spec", "rollout") is null;

    /// <summary>The spec, and what cannot be read of it.</summary>
    public static (StandaloneRun Run, EquatableArray<SpecError> Errors) Read(JsonObject document)
    {
        var errors = new List<SpecError>();
        var spec = new FieldReader(document["spec"], "spec", errors);
        if (!spec.Has("metrics") && !spec.Has("templates"))
            errors.Add(new SpecError("spec.metrics", "it is missing; metrics are needed, or templates that have some"));
        var own = TemplateMapping.ReadSpec(TemplateMapping.Title(document), spec);
        var given = own.Arguments;
        for (var index = 0; index < given.Count; index++)
        {
            // An argument of a run is given: its value is its own default, for the metrics that stand beside it.
            if (given[index] is { Value: null, From: null })
                errors.Add(
                    new SpecError($"spec.args[{index}].value", $"it is missing; the argument \"{given[index].Name}\" needs a value"));
            if (given[index].From is ArgumentSource.FromField or ArgumentSource.FromRevision)
                errors.Add(new SpecError($"spec.args[{index}].valueFrom",
                    "there is no Rollout whose field could be read; give a value, or secretKeyRef"));
        }

        return (new StandaloneRun(own with { Includes = [] }, given, own.Includes, spec.Flag("terminate", false)),
            errors.ToEquatableArray());
    }

    /// <summary>What is measured, from the run's own metrics and the templates that it names.</summary>
    /// <param name="included">The templates, and those they include.</param>
    /// <param name="space">Namespace of the run.</param>
    public TemplateResolution Resolve(EquatableArray<AnalysisTemplateSpec> included, string space) =>
        TemplateResolver.Resolve(Request(included, space));

    /// <summary>What the run is made from.</summary>
    /// <param name="included">The templates, and those they include.</param>
    /// <param name="space">Namespace of the run.</param>
    internal TemplateRequest Request(EquatableArray<AnalysisTemplateSpec> included, string space)
    {
        EquatableArray<Argument> subject = space.Length > 0 ? [new("ns", space)] : [];
        EquatableArray<Argument> builtIn = [new("namespace", space)];
        EquatableArray<AnalysisTemplateSpec> templates = Own.Metrics.Count > 0 ? [Own, .. included] : included;
        // The patterns of a run speak of all its metrics, whoever brought them.
        return new TemplateRequest([.. templates.Select(one => one == Own ? one with { DryRun = [], Retention = [] } : one)], Arguments,
            builtIn, subject, false)
        {
            StableSubject = subject,
            Alpha = Comparison.DefaultAlpha,
            DryRun = Own.DryRun,
            Retention = Own.Retention,
        };
    }

    /// <summary>What is wrong with a run by itself; where it names templates, only what can be said without them.</summary>
    public static EquatableArray<SpecError> Check(JsonObject document)
    {
        var (run, errors) = Read(document);
        if (errors.Count > 0 || run.Templates.Count > 0) return errors;
        return run.Resolve([], Json.Namespace(document)) is TemplateResolution.Invalid invalid
            ? invalid.Problems.Select(InRun).ToEquatableArray() : [];
    }

    /// <summary>A problem by the field of the run.</summary>
    public static SpecError InRun(SpecError problem) =>
        problem.Path.StartsWith("spec.", System.StringComparison.Ordinal) ? problem : problem with { Path = $"spec.{problem.Path}" };
}
