using System.Collections.Generic;
using System.Net;

namespace Canary.Sandbox.Mesh.Routing;

/// <summary>Names of hosts as the mesh writes them.</summary>
internal static class MeshNames
{
    private const string Domain = "svc.cluster.local";

    public static string OfService(string name, string @namespace) => $"{name}.{@namespace}.{Domain}";

    /// <summary>A name without a dot is a Service beside the object that names it; any other is taken as it stands (pilot,
    /// ResolveShortnameToFQDN).</summary>
    public static string Full(string host, string @namespace) =>
        host.Contains('.') || host.Contains('*') || host.Length == 0 || IPAddress.TryParse(host, out _)
            ? host.ToLowerInvariant() : OfService(host.ToLowerInvariant(), @namespace);

    /// <summary>All names by which a client of the given namespace may ask for a host.</summary>
    public static IEnumerable<string> Aliases(string fullHost, string clientNamespace)
    {
        yield return fullHost;
        if (fullHost.Split('.') is not [var name, var owner, "svc", "cluster", "local"]) yield break;
        yield return $"{name}.{owner}.svc";
        yield return $"{name}.{owner}";
        if (owner == clientNamespace) yield return name;
    }
}
