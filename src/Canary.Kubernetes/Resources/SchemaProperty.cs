namespace Canary.Kubernetes.Resources;

/// <summary>A field of an object.</summary>
public sealed record SchemaProperty(string Name, Schema Schema, bool IsRequired);
