using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Canary.ApiServer.Catalogue;

/// <summary>What is served at this moment. Readers take <see cref="Served"/> once; definitions replace the whole.</summary>
internal sealed class ResourceCatalogue(IEnumerable<ServedResource> builtIn)
{
    private readonly ImmutableArray<ServedResource> _builtIn = [.. builtIn];
    private volatile IReadOnlyList<ServedResource> _served = [.. builtIn];

    public IReadOnlyList<ServedResource> Served => _served;

    public void SetCustom(IEnumerable<ServedResource> custom) => _served = [.. _builtIn, .. custom];

    public ServedResource? Find(string group, string version, string plural) =>
        _served.FirstOrDefault(r => r.Plural == plural && r.Group == group && r.Version == version);

    /// <summary>By kind, in the version named or else in any: owner references name a version that may not be served any more.</summary>
    public ServedResource? FindKind(string apiVersion, string kind)
    {
        var slash = apiVersion.IndexOf('/');
        var group = slash < 0 ? "" : apiVersion[..slash];
        var ofKind = _served.Where(r => r.Group == group && r.Kind == kind && !r.Handling.IsReview).ToList();
        return ofKind.FirstOrDefault(r => r.ApiVersion == apiVersion) ?? ofKind.FirstOrDefault();
    }

    public ServedResource? ForCollection(string id) => _served.FirstOrDefault(r => r.Objects.Id == id && r.Form is null);

    public bool HasGroup(string group) => _served.Any(r => r.Group == group);

    public bool HasGroupVersion(string group, string version) => _served.Any(r => r.Group == group && r.Version == version);

    /// <summary>A group made by definitions alone answers unknown paths as if it had no handler at all.</summary>
    public bool IsBuiltInGroup(string group) => _builtIn.Any(r => r.Group == group);

    /// <summary>Named groups in the order of discovery: built-in ones as listed, then those of definitions by name.</summary>
    public IReadOnlyList<string> Groups =>
    [
        .. _builtIn.Select(r => r.Group).Where(g => g.Length > 0).Distinct(),
        .. _served.Where(r => r.IsCustom).Select(r => r.Group).Distinct().Where(g => !IsBuiltInGroup(g))
        .Order(System.StringComparer.Ordinal),
    ];

    /// <summary>The versions of a group, the preferred one first: v2 before v1 before v1beta1 before v1alpha1.</summary>
    public IReadOnlyList<string> Versions(string group) =>
        [.. _served.Where(r => r.Group == group).Select(r => r.Version).Distinct().OrderDescending(VersionOrder.Instance)];
}
