using System.Text.Json.Nodes;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Resources;

namespace Canary.Kubernetes.Linting;

/// <summary>An object in a file.</summary>
internal sealed record LintDocument(string File, YamlDocument Yaml, JsonObject Root)
{
    /// <summary>What kubectl would take where nothing is written.</summary>
    public const string DefaultNamespace = "default";

    public string Kind => Json.Text(Root, "kind") ?? "";

    public string Name => Json.Name(Root);

    public string Namespace => Json.Namespace(Root) is { Length: > 0 } space ? space : DefaultNamespace;

    /// <summary>Is it of our group, in whichever version?</summary>
    public bool IsOurs => Json.Text(Root, "apiVersion")?.StartsWith(CustomResource.Group + "/", System.StringComparison.Ordinal) is true;

    public string Title => Kind == "ClusterAnalysisTemplate" ? $"{Kind} {Name}" : $"{Kind} {Namespace}/{Name}";

    public LintFinding Finding(string path, string message) => new(File, Yaml.LineOf(path), Title, path, message);
}
