using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Templates;
using Canary.Core.Units;
using Canary.Kubernetes.Mapping;

namespace Canary.Kubernetes.Linting;

/// <summary>
/// Looks among the files for what an object names. A name that is not there is an error where the files hold others of its kind and
/// namespace: it is misspelt more often than not. Else it may be in the cluster, and it is said that it was not checked.
/// </summary>
/// <param name="from">The object that names others.</param>
/// <param name="all">The objects of the files.</param>
internal sealed class ReferenceSearch(LintDocument from, IReadOnlyList<LintDocument> all)
{
    private const string Template = "AnalysisTemplate";
    private const string ClusterTemplate = "ClusterAnalysisTemplate";

    private readonly List<LintFinding> _findings = [];

    /// <summary>What was not found, or elsewhere.</summary>
    public IReadOnlyList<LintFinding> Findings => _findings;

    /// <summary>The object; null where it is not there, which is then one of the <see cref="Findings"/>.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="name">Its name.</param>
    /// <param name="path">The field that names it.</param>
    public LintDocument? Find(string kind, string name, string path)
    {
        if (Known(kind, name) is { } found) return found;
        LintDocument[] same = [.. all.Where(document => document.Kind == kind)];
        if (same.FirstOrDefault(document => document.Name == name) is { } elsewhere) return FoundElsewhere(elsewhere, path);
        if (OtherScope(kind, name) is { } other)
        {
            _findings.Add(
                from.Finding(path, $"{kind} {name} is not among the files, and {other.Kind} {name} is ({other.File}:{other.LineOf("")}); "
                + (kind == Template ? "clusterScope: true asks for that" : "without clusterScope that is asked for")));
            return null;
        }

        string[] others = [.. same.Where(IsNear).Select(document => document.Name).Distinct()];
        _findings.Add(others.Length > 0
            ? from.Finding(path, $"{kind} {name} is not among the files; there are {string.Join(", ", others)}")
            : from.Finding(path, $"{kind} {name} is not among the files, so that it was not checked") with { IsWarning = true });
        return null;
    }

    /// <summary>The templates of these references, and all that they include; null where one is not there or cannot be read.</summary>
    /// <param name="references">The references.</param>
    /// <param name="path">The field of each, by its place.</param>
    /// <param name="titles">Takes the field that leads to each template, by the template's title.</param>
    public EquatableArray<AnalysisTemplateSpec>? Templates(EquatableArray<TemplateReference> references, System.Func<int, string> path,
        Dictionary<string, string> titles)
    {
        var ways = new Dictionary<TemplateReference, string>();
        for (var index = 0; index < references.Count; index++) ways.TryAdd(references[index], path(index));
        var isWhole = true;
        // A circle is said where it is: of the templates themselves.
        var templates = TemplateIncludes.Expand(references, Load, []);
        return isWhole ? templates : null;

        AnalysisTemplateSpec? Load(TemplateReference reference)
        {
            var found = Find(reference, ways[reference]);
            if (found is null || TemplateMapping.Read(found.Root) is not { Errors.Count: 0 } read)
            {
                isWhole = false;
                return null;
            }

            titles[read.Template.Title] = ways[reference];
            foreach (var include in read.Template.Includes) ways.TryAdd(include, ways[reference]);
            return read.Template;
        }
    }

    /// <summary>The template of a reference; null where it is not there.</summary>
    public LintDocument? Find(TemplateReference reference, string path) =>
        Find(reference.IsClusterScoped ? ClusterTemplate : Template, reference.TemplateName, path);

    /// <summary>The object, and nothing said where it is not there.</summary>
    public LintDocument? Known(string kind, string name) =>
        all.FirstOrDefault(document => document.Kind == kind && document.Name == name && IsNear(document));

    private bool IsNear(LintDocument document) => document.Kind == ClusterTemplate || document.Namespace == from.Namespace;

    private LintDocument? OtherScope(string kind, string name) => kind switch
    {
        Template => Known(ClusterTemplate, name),
        ClusterTemplate => Known(Template, name),
        _ => null,
    };

    // kubectl puts an object without a namespace into that of its command line: both may be meant to be in one.
    private LintDocument? FoundElsewhere(LintDocument found, string path)
    {
        var place = $"({found.File}:{found.LineOf("")})";
        if (found.HasNamespace && from.HasNamespace)
        {
            _findings.Add(from.Finding(path,
                $"{found.Kind} {found.Name} is in namespace {found.Namespace} {place}; it is looked for in {from.Namespace}, where "
                    + $"the {from.Kind} is"));
            return null;
        }

        var (without, with) = found.HasNamespace ? (from, found) : (found, from);
        _findings.Add(from.Finding(path,
            $"{found.Kind} {found.Name} {place} is looked for in the namespace of the {from.Kind}: {without.Kind} {without.Name} says "
                + $"none, and {with.Kind} {with.Name} is in {with.Namespace}; "
            + $"write it out, or apply the files with --namespace {with.Namespace}") with
        { IsWarning = true });
        return found;
    }
}
