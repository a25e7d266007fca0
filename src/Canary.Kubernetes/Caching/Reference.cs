namespace Canary.Kubernetes.Caching;

/// <summary>An object that a Rollout names.</summary>
/// <param name="Plural">Its kind.</param>
/// <param name="Namespace">Empty for kinds of the cluster.</param>
/// <param name="Name">Its name; <see cref="Any"/> where any of the namespace may matter.</param>
internal readonly record struct Reference(string Plural, string Namespace, string Name)
{
    public const string Any = "*";

    /// <summary>The Rollouts of a namespace with this <c>spec.group</c>.</summary>
    public static Reference Group(string ns, string name) => new("groups", ns, name);
}
