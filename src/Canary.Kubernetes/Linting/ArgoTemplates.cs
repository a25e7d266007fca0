using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Schemas;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;
using YamlDocument = Canary.Kubernetes.Mapping.YamlDocument;

namespace Canary.Kubernetes.Linting;

/// <summary>
/// Takes over templates of Argo Rollouts, those in Lists too: their <c>apiVersion</c> becomes Canary's, and <c>compatibility: argo</c>
/// keeps their verdicts. Everything else stays as it is written.
/// </summary>
public static class ArgoTemplates
{
    private const string ArgoVersion = "argoproj.io/v1alpha1";

    /// <summary>The text with its templates taken over, and how many there were.</summary>
    /// <param name="text">YAML, of one document or several, or JSON.</param>
    /// <exception cref="YamlDotNet.Core.YamlException">It is no YAML.</exception>
    public static (string Text, int Count) Migrate(string text)
    {
        // A document is one that Kubernetes can read before it is changed.
        _ = YamlDocument.Parse(text);
        var start = text.Length - text.TrimStart('\uFEFF').Length;
        var body = text[start..];
        var edits = new SortedDictionary<int, Edit>();
        var count = YamlBounds.Load(body).Documents.Sum(document => Collect(document.RootNode, body, edits, []));
        foreach (var (at, edit) in edits.Reverse()) body = string.Concat(body.AsSpan(0, at), edit.Text, body.AsSpan(at + edit.Length));
        return (text[..start] + body, count);
    }

    private static int Collect(YamlNode node, string text, SortedDictionary<int, Edit> edits, HashSet<YamlNode> seen)
    {
        if (node is not YamlMappingNode root) return 0;
        var kind = Find(root, "kind") is YamlScalarNode { Value: { } name } ? name : "";
        if (kind.EndsWith("List", StringComparison.Ordinal) && Find(root, "items") is YamlSequenceNode items)
            return items.Children.Sum(item => Collect(item, text, edits, seen));
        if (kind is not ("AnalysisTemplate" or "ClusterAnalysisTemplate")
            || Find(root, "apiVersion") is not YamlScalarNode { Value: ArgoVersion } version) return 0;
        // What an alias stands for is written once.
        if (seen.Add(version)) Rename(version, text, edits);
        if (Find(root, "spec") is YamlMappingNode spec && seen.Add(spec)) Mark(spec, IsJson(root), text, edits);
        return 1;
    }

    private static void Rename(YamlScalarNode version, string text, SortedDictionary<int, Edit> edits)
    {
        var at = text.IndexOf(ArgoVersion, (int)version.Start.Index, StringComparison.Ordinal);
        if (at >= 0 && at < version.End.Index) edits[at] = new Edit(ArgoVersion.Length, CustomResource.ApiVersion);
    }

    private static void Mark(YamlMappingNode spec, bool isJson, string text, SortedDictionary<int, Edit> edits)
    {
        if (Find(spec, "compatibility") is not null) return;
        if (spec.Style is MappingStyle.Flow)
        {
            var brace = text.IndexOf('{', (int)spec.Start.Index) + 1;
            edits[brace] =
                new Edit(0, $"{(isJson ? " \"compatibility\": \"argo\"" : " compatibility: argo")}{(spec.Children.Count > 0 ? "," : " ")}");
            return;
        }

        var first = spec.Children.First().Key.Start;
        var newLine = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        edits[(int)first.Index] = new Edit(0, $"compatibility: argo{newLine}{new string(' ', (int)first.Column - 1)}");
    }

    private static bool IsJson(YamlMappingNode root) =>
        root.Style is MappingStyle.Flow && root.Children.Keys.All(key => key is YamlScalarNode { Style: ScalarStyle.DoubleQuoted });

    private static YamlNode? Find(YamlMappingNode map, string key) =>
        map.Children.FirstOrDefault(child => child.Key is YamlScalarNode scalar && scalar.Value == key).Value;

    private sealed record Edit(int Length, string Text);
}
