using System.Text.Json.Nodes;

namespace Canary.Kubernetes.Api.Objects;

/// <summary>Name of an object within its kind; the namespace is null for kinds of the cluster.</summary>
public readonly record struct ObjectName(string? Namespace, string Name)
{
    /// <summary>The name that a document carries in its metadata.</summary>
    public static ObjectName Of(JsonObject document) => new(
        Documents.Metadata(document, "namespace") is { Length: > 0 } space ? space : null,
        Documents.Metadata(document, "name"));

    public override string ToString() => Namespace is null ? Name : $"{Namespace}/{Name}";
}
