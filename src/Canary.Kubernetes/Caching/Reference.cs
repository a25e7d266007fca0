using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Caching;

/// <summary>An object that a Rollout names.</summary>
/// <param name="ApiGroup">API group of its kind: two groups may have kinds of one name.</param>
/// <param name="Plural">Its kind.</param>
/// <param name="Namespace">Empty for kinds of the cluster.</param>
/// <param name="Name">Its name; <see cref="Any"/> where any of the namespace may matter.</param>
internal readonly record struct Reference(string ApiGroup, string Plural, string Namespace, string Name)
{
    public const string Any = "*";

    public Reference(ResourceKind kind, string ns, string name)
        : this(kind.Group, kind.Plural, ns, name)
    {
    }

    /// <summary>The Rollouts of a namespace with this <c>spec.group</c>.</summary>
    public static Reference Group(string ns, string name) => new(KnownKinds.Rollouts.Group, "groups", ns, name);

    /// <summary>It is an object of this kind.</summary>
    public bool IsOf(ResourceKind kind) => Plural == kind.Plural && ApiGroup == kind.Group;
}
