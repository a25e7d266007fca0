using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Templates;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Kubernetes.Mapping;

namespace Canary.Kubernetes.Linting;

/// <summary>Which templates of the files are used together: those share their arguments, so that a template may use one that only another
/// declares.</summary>
internal sealed class TemplateNeighbours
{
    private readonly List<(string Namespace, EquatableArray<TemplateReference> Used)> _together;
    private readonly IReadOnlyList<LintDocument> _all;

    public TemplateNeighbours(IReadOnlyList<LintDocument> all)
    {
        _all = all;
        _together = [.. all.Where(document => document.IsOurs)
            .SelectMany(document => Roots(document).Select(roots => (document.Namespace, roots)))];
    }

    /// <summary>Arguments that templates beside this one declare, and this one does not.</summary>
    public IEnumerable<Argument> ArgumentsBeside(LintDocument document, AnalysisTemplateSpec template)
    {
        var self = Reference(document);
        return _together
            .Where(group => self.IsClusterScoped || group.Namespace == document.Namespace)
            .Select(group => Expand(group.Namespace, group.Used))
            .Where(group => group.ContainsKey(self))
            .SelectMany(group => group.Values.SelectMany(other => other.Arguments))
            .Where(argument => template.Arguments.All(own => own.Name != argument.Name))
            .DistinctBy(argument => argument.Name);
    }

    private static TemplateReference Reference(LintDocument document) => new(document.Name, document.Kind == "ClusterAnalysisTemplate");

    private static IEnumerable<EquatableArray<TemplateReference>> Roots(LintDocument document) => document.Kind switch
    {
        "AnalysisTemplate" or "ClusterAnalysisTemplate" => [[Reference(document)]],
        "AnalysisRun" => [StandaloneRun.Read(document.Root).Run.Templates],
        "Rollout" =>
            RolloutSpecMapping.Read(document.Root["spec"]).Spec is { } spec ? Analyses(spec).Select(analysis => analysis.Templates) : [],
        _ => [],
    };

    private static IEnumerable<AnalysisReference> Analyses(RolloutSpec spec) =>
        new[] { spec.PreAnalysis, spec.Analysis?.Analysis,
            spec.PostAnalysis }.Concat(spec.Steps.Select(step => (step as Step.Analyze)?.Analysis)).OfType<AnalysisReference>();

    private Dictionary<TemplateReference, AnalysisTemplateSpec> Expand(string space, EquatableArray<TemplateReference> roots)
    {
        var found = new Dictionary<TemplateReference, AnalysisTemplateSpec>();
        TemplateIncludes.Expand(roots, Load, []);
        return found;

        AnalysisTemplateSpec? Load(TemplateReference reference)
        {
            var document = _all.FirstOrDefault(one => one.IsOurs && Reference(one) == reference
                && one.Kind.EndsWith("AnalysisTemplate", System.StringComparison.Ordinal)
                && (reference.IsClusterScoped || one.Namespace == space));
            return document is null ? null : found[reference] = TemplateMapping.Read(document.Root).Template;
        }
    }
}
