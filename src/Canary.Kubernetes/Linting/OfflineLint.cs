using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Templates;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Resources;
using Canary.Kubernetes.Schemas;
using Canary.Kubernetes.Stores;

namespace Canary.Kubernetes.Linting;

/// <summary>
/// Checks manifests without a cluster: what the API server would refuse or drop, what the controller would refuse, and what does not fit
/// together among the files. Kinds of others are read for the references alone.
/// </summary>
public static class OfflineLint
{
    /// <summary>Everything that is wrong, in the order of the files and lines; empty where nothing is.</summary>
    public static IReadOnlyList<LintFinding> Check(IReadOnlyList<LintSource> sources) => Run(sources).Findings;

    /// <summary>Everything that is wrong, and how much was looked at.</summary>
    public static LintReport Run(IReadOnlyList<LintSource> sources)
    {
        var reader = LintReader.Read(sources);
        var documents = reader.Documents;
        var findings = new List<LintFinding>(reader.Findings);
        var neighbours = new TemplateNeighbours(documents);
        LintDocument[] known = [.. documents.Where(document => document.ApiVersion == CustomResource.ApiVersion
            && CanaryResources.All.Any(kind => kind.Kind == document.Kind))];
        foreach (var document in known) findings.AddRange(Check(document, documents, neighbours));
        findings.AddRange(documents.Select(ForeignKindLint.Check).OfType<LintFinding>());
        findings.AddRange(Twice(documents));
        findings.AddRange(OwnershipLint.Check(documents));
        var order = sources.Select((source, index) => (source.File, index)).DistinctBy(entry => entry.File)
            .ToDictionary(entry => entry.File, entry => entry.index);
        return new LintReport([.. findings.Distinct().OrderBy(finding => order[finding.File]).ThenBy(finding => finding.Line)],
            known.Length, [.. reader.Skipped, .. Skipped(documents, known)]);
    }

    // What a Rollout names is read, and not checked by itself.
    private static IEnumerable<LintSkip> Skipped(IReadOnlyList<LintDocument> documents, LintDocument[] known) => documents.Except(known)
        .GroupBy(document => (document.Kind, IsForeign: ForeignKindLint.Check(document) is not null))
        .OrderByDescending(same => same.Count()).ThenBy(same => same.Key.Kind, StringComparer.Ordinal)
        .Select(same =>
            new LintSkip(same.Key.Kind, same.Count(), same.Key.IsForeign ? "of another API group or version" : "not of Canary"));

    private static List<LintFinding> Check(LintDocument document, IReadOnlyList<LintDocument> all, TemplateNeighbours neighbours)
    {
        var resource = CanaryResources.All.First(kind => kind.Kind == document.Kind);
        var findings = new List<LintFinding>();
        if (document.Name.Length == 0 && Json.Text(document.Root, "metadata", "generateName") is null)
            findings.Add(document.Finding("metadata.name", "it is missing; a name is needed"));
        SchemaCheck.Check(resource.ToSchema(), document.Root, "", (path, message) => findings.Add(document.Finding(path, message)));

        // Of a field that the schema refuses the rules would only say the same again.
        var refused = findings.Select(finding => finding.Path).ToArray();
        findings.AddRange(CheckRules(document, all, neighbours).Concat(ConditionLint.Check(document))
            .Concat(ConditionTypeLint.Check(document)).Concat(MinSamplesLint.Check(document))
            .Where(finding => !refused.Any(path => Covers(path, finding.Path) || Covers(finding.Path, path))));
        return findings;
    }

    private static IEnumerable<LintFinding> CheckRules(LintDocument document, IReadOnlyList<LintDocument> all,
        TemplateNeighbours neighbours)
    {
        switch (document.Kind)
        {
            case "Rollout":
                var (spec, errors) = RolloutSpecMapping.Read(document.Root["spec"]);
                return spec is null ? errors.Select(error => document.Finding(error.Path, error.Message))
                    : new RolloutReferenceLint(document, spec, all).Check();
            case "AnalysisTemplate" or "ClusterAnalysisTemplate":
                var (template, problems) = TemplateMapping.Read(document.Root);
                // What could not be read is left out of the rules; the rest is held to them all the same.
                var builtIn = TemplateReading.BuiltIn.Select(name => new Argument(name, "x"));
                var whole = template with { Arguments = [.. template.Arguments, .. neighbours.ArgumentsBeside(document, template)] };
                return problems.Concat(TemplateResolver.Check(whole, [.. builtIn])
                    .Where(rule => !problems.Any(problem => Covers(problem.Path, rule.Path) || Covers(rule.Path, problem.Path))))
                    .Select(problem => document.Finding(problem.Path, problem.Message))
                    .Concat(new TemplateReferenceLint(document, template, all).Check());
            case "AnalysisRun" when Json.Object(document.Root, "spec", "rollout") is null:
                return new RunReferenceLint(document, all).Check();
            default:
                return [];
        }
    }

    private static IEnumerable<LintFinding> Twice(IReadOnlyList<LintDocument> documents) => documents
        .Where(document => document.Name.Length > 0)
        .GroupBy(document => (document.ApiVersion.Split('/')[0], document.Title))
        .SelectMany(same => same.Skip(1).Where(document => document.IsOurs).Select(document =>
            document.Finding("metadata.name",
                $"{document.Title} stands in {same.First().File}:{same.First().LineOf("")} too; the later one would replace it")));

    private static bool Covers(string path, string other) =>
        path == other || (path.Length > 0 && other.StartsWith(path, System.StringComparison.Ordinal) && other[path.Length] is '.' or '[');
}
