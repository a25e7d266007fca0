using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Caching;

/// <summary>What a message says of the objects that exist, when the one that it looked for does not.</summary>
internal static class ExistingNames
{
    private const int MostShown = 20;

    /// <param name="names">All objects of the kind in the namespace.</param>
    /// <param name="ns">The namespace; null for kinds of the cluster.</param>
    public static string Describe(IReadOnlyList<ObjectName> names, string? ns)
    {
        var place = ns is null ? "" : $" in namespace {ns}";
        return names.Count switch
        {
            0 => $"there is none{place}",
            <= MostShown => $"there are {string.Join(", ", names.Select(one => one.Name).Order(StringComparer.Ordinal))}",
            _ => $"there are {names.Count} others{place}",
        };
    }
}
