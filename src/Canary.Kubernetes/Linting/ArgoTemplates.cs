using System;
using System.Linq;
using System.Text.RegularExpressions;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Resources;

namespace Canary.Kubernetes.Linting;

/// <summary>Takes over templates of Argo Rollouts: their <c>apiVersion</c> becomes Canary's, and <c>compatibility: argo</c> keeps their verdicts. Everything else stays as it is written.</summary>
public static partial class ArgoTemplates
{
    /// <summary>The text with its templates taken over, and how many there were.</summary>
    /// <param name="text">YAML, of one document or several.</param>
    /// <exception cref="YamlDotNet.Core.YamlException">It is no YAML.</exception>
    public static (string Text, int Count) Migrate(string text)
    {
        // A document is one that Kubernetes can read before it is changed, and the lines of one end where the next begins.
        _ = YamlDocument.Parse(text);
        var count = 0;
        var documents = Separator().Split(text).Select(document => Of(document, ref count)).ToArray();
        var separators = Separator().Matches(text).Select(match => match.Value).ToArray();
        return (string.Concat(documents.Select((document, index) => document + separators.ElementAtOrDefault(index))), count);
    }

    private static string Of(string document, ref int count)
    {
        if (!Version().IsMatch(document) || !Kind().IsMatch(document)) return document;
        count++;
        var renamed = Version().Replace(document, match => $"{match.Groups["key"].Value}{CustomResource.ApiVersion}", 1);
        if (Compatibility().IsMatch(renamed)) return renamed;
        var flow = FlowSpec().Match(renamed);
        if (flow.Success) return renamed.Insert(flow.Index + flow.Length, " compatibility: argo,");
        var block = BlockSpec().Match(renamed);
        return block.Success ? renamed.Insert(block.Groups["indent"].Index, $"{block.Groups["indent"].Value}compatibility: argo{NewLine(renamed)}") : renamed;
    }

    private static string NewLine(string text) => text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";

    [GeneratedRegex(@"^---[^\n]*\n", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Separator();

    [GeneratedRegex("""^(?<key>apiVersion:[ \t]*)["']?argoproj\.io/v1alpha1["']?""", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Version();

    [GeneratedRegex("""^kind:[ \t]*["']?(Cluster)?AnalysisTemplate["']?[ \t]*(#[^\n]*)?\r?$""", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Kind();

    [GeneratedRegex(@"^[ \t]+compatibility:|^spec:[ \t]*\{[^\n]*\bcompatibility:", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Compatibility();

    [GeneratedRegex(@"^spec:[ \t]*\{", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex FlowSpec();

    // The first field below spec, behind comments and empty lines.
    [GeneratedRegex(@"^spec:[ \t]*(#[^\n]*)?\r?\n([ \t]*(#[^\n]*)?\r?\n)*(?<indent>[ \t]+)[^\s#]", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex BlockSpec();
}
