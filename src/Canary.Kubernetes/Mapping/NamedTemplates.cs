using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Templates;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Mapping;

/// <summary>The templates that an AnalysisRun of nobody's Rollout names: which they are, and whether the run can begin with them.</summary>
public static class NamedTemplates
{
    /// <summary>Those that a run or a template names in <c>spec.templates</c>.</summary>
    public static IReadOnlyList<TemplateReference> Find(JsonObject document) =>
        [.. Json.Objects(document, "spec", "templates")
            .Select(one => new TemplateReference(Json.Text(one, "templateName") ?? "", Json.Flag(one, "clusterScope") ?? false))];

    /// <summary>Everything that keeps a run from beginning; empty: nothing does.</summary>
    /// <param name="run">The document of the run.</param>
    /// <param name="find">The document of a template; null: it is not there, which is said by the caller.</param>
    public static EquatableArray<SpecError> Check(JsonObject run, Func<TemplateReference, JsonObject?> find)
    {
        var (read, errors) = StandaloneRun.Read(run);
        if (errors.Count > 0) return errors;
        var problems = new List<SpecError>();
        var templates = TemplateIncludes.Expand(read.Templates, Load, problems);
        if (problems.Count > 0) return problems.ToEquatableArray();
        return read.Resolve(templates, Json.Namespace(run)) is TemplateResolution.Invalid invalid
            ? invalid.Problems.Select(StandaloneRun.InRun).ToEquatableArray() : [];

        AnalysisTemplateSpec? Load(TemplateReference reference)
        {
            if (find(reference) is not { } document) return null;
            var (template, wrong) = TemplateMapping.Read(document);
            problems.AddRange(wrong.Select(error => new SpecError("spec.templates", $"{template.Title}: {error}")));
            return wrong.Count == 0 ? template : null;
        }
    }
}
