using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Templates;
using Canary.Core.Validation;
using Canary.Kubernetes.Mapping;

namespace Canary.Kubernetes.Linting;

/// <summary>What a template includes, among the files: templates that are not there, and circles.</summary>
internal sealed class TemplateReferenceLint(LintDocument document, AnalysisTemplateSpec template, IReadOnlyList<LintDocument> all)
{
    public IEnumerable<LintFinding> Check()
    {
        var search = new ReferenceSearch(document, all);
        for (var index = 0; index < template.Includes.Count; index++)
            search.Find(template.Includes[index], $"spec.templates[{index}].templateName");
        var self = new TemplateReference(document.Name, document.Kind == "ClusterAnalysisTemplate");
        var circles = new List<SpecError>();
        TemplateIncludes.Expand([self], reference => reference == self ? template : Included(reference), circles);
        return [.. search.Findings, .. circles.Select(circle => document.Finding(circle.Path, circle.Message))];
    }

    private AnalysisTemplateSpec? Included(TemplateReference reference) =>
        new ReferenceSearch(document, all).Find(reference, "") is { } found ? TemplateMapping.Read(found.Root).Template : null;
}
