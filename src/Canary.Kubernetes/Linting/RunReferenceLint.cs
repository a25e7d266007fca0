using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Templates;
using Canary.Kubernetes.Mapping;

namespace Canary.Kubernetes.Linting;

/// <summary>An AnalysisRun that belongs to no Rollout: its own metrics, and the templates that it names, among the files.</summary>
internal sealed class RunReferenceLint(LintDocument document, IReadOnlyList<LintDocument> all)
{
    public IEnumerable<LintFinding> Check()
    {
        var (run, errors) = StandaloneRun.Read(document.Root);
        if (errors.Count > 0) return errors.Select(error => document.Finding(error.Path, error.Message));
        var search = new ReferenceSearch(document, all);
        if (search.Templates(run.Templates, index => $"spec.templates[{index}].templateName", []) is not { } templates)
            return search.Findings;
        var request = run.Request(templates, document.Namespace);
        var unused = TemplateResolver.Undeclared(request)
            .Select(one => document.Finding($"spec.args[{one.Index}].name", one.Message) with { IsWarning = true });
        var problems = TemplateResolver.Resolve(request) is TemplateResolution.Invalid invalid
            ? invalid.Problems.Select(StandaloneRun.InRun) : [];
        return [.. search.Findings, .. unused, .. problems.Select(problem => document.Finding(problem.Path, problem.Message))];
    }
}
