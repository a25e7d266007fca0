using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Caching;

/// <summary>A ConfigMap or Secret that pods of a template read.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name, in the namespace of the pods.</param>
internal readonly record struct ConfigurationReference(ResourceKind Kind, string Name)
{
    /// <summary>As the status names it: <c>ConfigMap/checkout</c>.</summary>
    public string Key => $"{Kind.Kind}/{Name}";

    /// <summary>For a person: <c>ConfigMap checkout</c>.</summary>
    public override string ToString() => $"{Kind.Kind} {Name}";
}
