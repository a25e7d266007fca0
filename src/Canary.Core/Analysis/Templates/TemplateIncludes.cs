using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Core.Analysis.Templates;

/// <summary>Templates that include templates, laid out in one list.</summary>
public static class TemplateIncludes
{
    /// <summary>
    /// The templates of <paramref name="roots"/> and all that they include: each once, an including one before those it includes. A cycle
    /// is refused with the path that makes it.
    /// </summary>
    /// <param name="roots">The references of the rollout, or of the run.</param>
    /// <param name="find">The template of a reference; null: it is not there, which <paramref name="find"/> has said.</param>
    /// <param name="problems">Where cycles are said: the path is that of the template that closes it.</param>
    public static EquatableArray<AnalysisTemplateSpec> Expand(
        IReadOnlyList<TemplateReference> roots, Func<TemplateReference, AnalysisTemplateSpec?> find, ICollection<SpecError> problems)
    {
        var found = new List<AnalysisTemplateSpec>();
        var seen = new HashSet<TemplateReference>();
        foreach (var root in roots) Visit(root, []);
        return found.ToEquatableArray();

        void Visit(TemplateReference reference, IReadOnlyList<(TemplateReference Reference, string Title)> way)
        {
            if (way.Any(one => one.Reference == reference))
            {
                var titles = way.SkipWhile(one => one.Reference != reference).Select(one => one.Title).ToArray();
                problems.Add(new SpecError("spec.templates",
                    $"{way[^1].Title} closes a cycle: {string.Join(" -> ", titles)} -> {titles[0]}; templates may not include themselves"));
                return;
            }

            if (!seen.Add(reference) || find(reference) is not { } template) return;
            found.Add(template);
            foreach (var include in template.Includes) Visit(include, [.. way, (reference, template.Title)]);
        }
    }
}
