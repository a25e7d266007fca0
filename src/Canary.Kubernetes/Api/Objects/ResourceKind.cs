using System;
using System.Collections.Generic;
using System.Text;

namespace Canary.Kubernetes.Api.Objects;

/// <summary>One kind of object as an API server serves it: where it lives and what it is called.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Version">Version of the group, such as <c>v1</c>.</param>
/// <param name="Plural">Name of the resource in paths, such as <c>deployments</c>.</param>
/// <param name="Kind">Name of the kind in documents, such as <c>Deployment</c>.</param>
/// <param name="IsNamespaced">Whether its objects live in namespaces.</param>
public sealed record ResourceKind(string Group, string Version, string Plural, string Kind, bool IsNamespaced)
{
    /// <summary>Versions that are the same to Canary, newest first: one of them is used where the server does not have
    /// <see cref="Version"/>. Default none.</summary>
    public IReadOnlyList<string> OtherVersions { get; init; } = [];

    /// <summary>The value of <c>apiVersion</c> in a document of this kind.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>Path of the group and version, where discovery lists its resources.</summary>
    public string GroupPath => Group.Length == 0 ? $"/api/{Version}" : $"/apis/{Group}/{Version}";

    /// <summary>Path of the collection, of one object, or of its subresource.</summary>
    /// <exception cref="ArgumentException">An object of a namespaced kind without a namespace, or a namespace for a kind of the
    /// cluster.</exception>
    public string Path(string? ns, string? name, string? subresource)
    {
        if (IsNamespaced && name is not null && string.IsNullOrEmpty(ns))
            throw new ArgumentException($"{Kind} {name}: a namespace is needed, {Plural} are namespaced", nameof(ns));
        if (!IsNamespaced && !string.IsNullOrEmpty(ns))
            throw new ArgumentException($"{Kind} {name}: found namespace {ns}, but {Plural} belong to the cluster", nameof(ns));

        var path = new StringBuilder(GroupPath);
        if (!string.IsNullOrEmpty(ns)) path.Append("/namespaces/").Append(Uri.EscapeDataString(ns));
        path.Append('/').Append(Plural);
        if (name is not null) path.Append('/').Append(Uri.EscapeDataString(name));
        if (subresource is not null) path.Append('/').Append(subresource);
        return path.ToString();
    }

    /// <summary>As people write it: <c>rollouts.canary.delivery</c>, or <c>pods</c> in the core group.</summary>
    public override string ToString() => Group.Length == 0 ? Plural : $"{Plural}.{Group}";
}
