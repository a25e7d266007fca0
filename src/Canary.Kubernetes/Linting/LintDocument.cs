using System.Text.Json.Nodes;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Schemas;

namespace Canary.Kubernetes.Linting;

/// <summary>An object in a file.</summary>
/// <param name="File">The file, as it was given.</param>
/// <param name="Yaml">The document that holds it.</param>
/// <param name="Root">The object.</param>
/// <param name="Prefix">Where it stands in the document: <c>items[2]</c> of a List; empty: it is the document.</param>
internal sealed record LintDocument(string File, YamlDocument Yaml, JsonObject Root, string Prefix = "")
{
    /// <summary>What kubectl would take where nothing is written.</summary>
    public const string DefaultNamespace = "default";

    public string Kind => Json.Text(Root, "kind") ?? "";

    public string ApiVersion => Json.Text(Root, "apiVersion") ?? "";

    public string Name => Json.Name(Root);

    public string Namespace => HasNamespace ? Json.Namespace(Root) : DefaultNamespace;

    /// <summary>The namespace is written out.</summary>
    public bool HasNamespace => Json.Namespace(Root).Length > 0;

    /// <summary>Is it of our group, in whichever version?</summary>
    public bool IsOurs => ApiVersion.StartsWith(CustomResource.Group + "/", System.StringComparison.Ordinal);

    public string Title => Kind == "ClusterAnalysisTemplate" ? $"{Kind} {Name}" : $"{Kind} {Namespace}/{Name}";

    /// <summary>Line of a field of the object; of the object itself for an empty path.</summary>
    public int LineOf(string path) => Yaml.LineOf(Prefix.Length == 0 || path.Length == 0 ? Prefix + path : $"{Prefix}.{path}");

    public LintFinding Finding(string path, string message) => new(File, LineOf(path), Title, path, message);
}
