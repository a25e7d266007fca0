using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Resources;
using Canary.Kubernetes.Storing;
using YamlDotNet.Core;

namespace Canary.Kubernetes.Linting;

/// <summary>
/// Checks manifests without a cluster: what the API server would refuse or drop, what the controller would refuse, and what does not fit together among the
/// files. Kinds of others are read for the references alone.
/// </summary>
public static class OfflineLint
{
    /// <summary>Everything that is wrong, in the order of the files and lines; empty where nothing is.</summary>
    public static IReadOnlyList<LintFinding> Check(IReadOnlyList<LintSource> sources)
    {
        var findings = new List<LintFinding>();
        var documents = new List<LintDocument>();
        foreach (var source in sources) documents.AddRange(Read(source, findings));
        var neighbours = new TemplateNeighbours(documents);
        foreach (var document in documents.Where(document => document.IsOurs)) findings.AddRange(Check(document, documents, neighbours));
        findings.AddRange(documents.Where(IsOfArgo).Select(document =>
            document.Finding("apiVersion", $"it is '{Json.Text(document.Root, "apiVersion")}'; with {CustomResource.ApiVersion} a template of Argo Rollouts that asks Prometheus works as it is")));
        findings.AddRange(Twice(documents));
        findings.AddRange(OwnershipLint.Check(documents));
        var order = sources.Select((source, index) => (source.File, index)).DistinctBy(entry => entry.File).ToDictionary(entry => entry.File, entry => entry.index);
        return [.. findings.Distinct().OrderBy(finding => order[finding.File]).ThenBy(finding => finding.Line)];
    }

    private static IEnumerable<LintDocument> Read(LintSource source, List<LintFinding> findings)
    {
        IReadOnlyList<YamlDocument> documents;
        try
        {
            documents = YamlDocument.Parse(source.Text);
        }
        catch (YamlException problem)
        {
            // What is missing at the end is missed on the line after it.
            var line = Math.Min((int)problem.Start.Line, source.Text.TrimEnd('\n').Split('\n').Length);
            findings.Add(new LintFinding(source.File, line, "", "", $"it is no YAML: {problem.Message}"));
            return [];
        }

        var objects = new List<LintDocument>();
        foreach (var document in documents)
        {
            if (document.Root is JsonObject root && Json.Text(root, "kind") is not null && Json.Text(root, "apiVersion") is not null) objects.Add(new LintDocument(source.File, document, root));
            else if (document.Root is not null) findings.Add(new LintFinding(source.File, document.Line, "", "", "it is no Kubernetes object; apiVersion and kind are needed"));
        }

        return objects;
    }

    private static List<LintFinding> Check(LintDocument document, IReadOnlyList<LintDocument> all, TemplateNeighbours neighbours)
    {
        if (Json.Text(document.Root, "apiVersion") != CustomResource.ApiVersion)
            return [document.Finding("apiVersion", $"it is '{Json.Text(document.Root, "apiVersion")}'; allowed is {CustomResource.ApiVersion}")];
        if (CanaryResources.All.FirstOrDefault(kind => kind.Kind == document.Kind) is not { } resource)
            return [document.Finding("kind", $"it is '{document.Kind}'; allowed are {string.Join(", ", CanaryResources.All.Select(kind => kind.Kind))}")];

        var findings = new List<LintFinding>();
        if (document.Name.Length == 0 && Json.Text(document.Root, "metadata", "generateName") is null) findings.Add(document.Finding("metadata.name", "it is missing; a name is needed"));
        SchemaCheck.Check(resource.ToSchema(), document.Root, "", (path, message) => findings.Add(document.Finding(path, message)));

        // Of a field that the schema refuses the rules would only say the same again.
        var refused = findings.Select(finding => finding.Path).ToArray();
        findings.AddRange(CheckRules(document, all, neighbours).Where(finding => !refused.Any(path => Covers(path, finding.Path) || Covers(finding.Path, path))));
        return findings;
    }

    private static IEnumerable<LintFinding> CheckRules(LintDocument document, IReadOnlyList<LintDocument> all, TemplateNeighbours neighbours)
    {
        switch (document.Kind)
        {
            case "Rollout":
                var (spec, errors) = RolloutSpecMapping.Read(document.Root["spec"]);
                return spec is null ? errors.Select(error => document.Finding(error.Path, error.Message)) : new RolloutReferenceLint(document, spec, all).Check();
            case "AnalysisTemplate" or "ClusterAnalysisTemplate":
                var (template, problems) = TemplateMapping.Read(document.Root);
                // What could not be read is left out of the rules; the rest is held to them all the same.
                var builtIn = TemplateReading.BuiltIn.Select(name => new Argument(name, "x"));
                var whole = template with { Arguments = [.. template.Arguments, .. neighbours.ArgumentsBeside(document, template)] };
                return problems.Concat(TemplateResolver.Check(whole, [.. builtIn]).Where(rule => !problems.Any(problem => Covers(problem.Path, rule.Path) || Covers(rule.Path, problem.Path))))
                    .Concat(new TemplateReferenceLint(document, template, all).Check())
                    .Select(problem => document.Finding(problem.Path, problem.Message));
            case "AnalysisRun" when Json.Object(document.Root, "spec", "rollout") is null:
                return StandaloneRun.Check(document.Root).Select(problem => document.Finding(problem.Path, problem.Message));
            default:
                return [];
        }
    }

    private static bool IsOfArgo(LintDocument document) =>
        document.Kind is "AnalysisTemplate" or "ClusterAnalysisTemplate" && Json.Text(document.Root, "apiVersion")?.StartsWith("argoproj.io/", System.StringComparison.Ordinal) is true;

    private static IEnumerable<LintFinding> Twice(IReadOnlyList<LintDocument> documents) => documents
        .Where(document => document.Name.Length > 0)
        .GroupBy(document => (Json.Text(document.Root, "apiVersion")!.Split('/')[0], document.Title))
        .SelectMany(same => same.Skip(1).Where(document => document.IsOurs).Select(document =>
            document.Finding("metadata.name", $"{document.Title} stands in {same.First().File}:{same.First().Yaml.Line} too; the later one would replace it")));

    private static bool Covers(string path, string other) =>
        path == other || (path.Length > 0 && other.StartsWith(path, System.StringComparison.Ordinal) && other[path.Length] is '.' or '[');
}
