using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Mapping;
using YamlDotNet.Core;

namespace Canary.Kubernetes.Linting;

/// <summary>Reads the objects of files: documents, and the items of Lists. What cannot be read is a finding.</summary>
internal sealed partial class LintReader
{
    private const string OfTools = "a file of Kustomize or Helm";

    private readonly List<LintDocument> _documents = [];
    private readonly List<LintFinding> _findings = [];
    private readonly List<LintSkip> _skipped = [];

    private LintReader() { }

    /// <summary>The objects.</summary>
    public IReadOnlyList<LintDocument> Documents => _documents;

    /// <summary>What is no object.</summary>
    public IReadOnlyList<LintFinding> Findings => _findings;

    /// <summary>Files that hold no objects of a cluster.</summary>
    public IReadOnlyList<LintSkip> Skipped => _skipped;

    public static LintReader Read(IReadOnlyList<LintSource> sources)
    {
        var reader = new LintReader();
        foreach (var source in sources) reader.Read(source);
        return reader;
    }

    private void Read(LintSource source)
    {
        if (ToolFile().IsMatch(Path.GetFileName(source.File)))
        {
            _skipped.Add(new LintSkip("file", 1, OfTools));
            return;
        }

        IReadOnlyList<YamlDocument> documents;
        try
        {
            documents = YamlDocument.Parse(source.Text);
        }
        catch (YamlException problem)
        {
            // What is missing at the end is missed on the line after it.
            var line = Math.Min((int)problem.Start.Line, source.Text.TrimEnd('\n').Split('\n').Length);
            _findings.Add(new LintFinding(source.File, line, "", "", HelmForm().Match(source.Text) is { Success: true } helm
                ? $"it is a template of a Helm chart ({helm.Value.Trim()}), and no YAML yet; render it first: helm template CHART | "
                    + "canary lint -"
                : $"it is no YAML: {problem.Message}"));
            return;
        }

        foreach (var document in documents)
        {
            foreach (var (node, path) in ManifestObjects.Expand(document.Root)) Take(source.File, document, node, path);
        }
    }

    private void Take(string file, YamlDocument document, JsonNode? node, string path)
    {
        if (node is JsonObject root && Json.Text(root, "kind") is not null && Json.Text(root, "apiVersion") is not null)
            _documents.Add(new LintDocument(file, document, root, path));
        else if (node is not null || path.Length > 0)
            _findings.Add(
                new LintFinding(file, document.LineOf(path), "", path, "it is no Kubernetes object; apiVersion and kind are needed"));
    }

    [GeneratedRegex(@"^(kustomization\.ya?ml|Kustomization|Chart\.ya?ml|values([._-].*)?\.ya?ml)$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ToolFile();

    // An action of Helm: a value, a function or a keyword. {{args.name}} is none.
    [GeneratedRegex(@"\{\{-?\s*(\.[A-Za-z$]|\$|/\*|(include|template|define|if|else|end|range|with|toYaml|tpl|default|quote|printf|required|lookup)\b)[^}\n]*", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex HelmForm();
}
