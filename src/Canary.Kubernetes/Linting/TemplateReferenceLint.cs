using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Validation;
using Canary.Kubernetes.Mapping;

namespace Canary.Kubernetes.Linting;

/// <summary>What a template includes, among the files: templates that are not there, where the files hold others of the kind, and cycles.</summary>
internal sealed class TemplateReferenceLint(LintDocument document, AnalysisTemplateSpec template, IReadOnlyList<LintDocument> all)
{
    public IReadOnlyList<SpecError> Check()
    {
        var problems = new List<SpecError>();
        for (var index = 0; index < template.Includes.Count; index++)
        {
            var reference = template.Includes[index];
            var others = Others(reference);
            if (others.Length > 0 && others.All(other => other.Name != reference.TemplateName))
            {
                problems.Add(new SpecError(
                    $"spec.templates[{index}].templateName",
                    $"{(reference.IsClusterScoped ? "ClusterAnalysisTemplate" : "AnalysisTemplate")} {reference.TemplateName} is not among the files; there are {string.Join(", ", others.Select(other => other.Name).Distinct())}"));
            }
        }

        var self = new TemplateReference(document.Name, document.Kind == "ClusterAnalysisTemplate");
        var cycles = new List<SpecError>();
        TemplateIncludes.Expand([self], reference => reference == self ? template : Find(reference), cycles);
        return [.. problems, .. cycles];
    }

    private AnalysisTemplateSpec? Find(TemplateReference reference) =>
        Others(reference).FirstOrDefault(other => other.Name == reference.TemplateName) is { } found ? TemplateMapping.Read(found.Root).Template : null;

    private LintDocument[] Others(TemplateReference reference) =>
        [.. all.Where(other => other.Kind == (reference.IsClusterScoped ? "ClusterAnalysisTemplate" : "AnalysisTemplate") && (reference.IsClusterScoped || other.Namespace == document.Namespace))];
}
