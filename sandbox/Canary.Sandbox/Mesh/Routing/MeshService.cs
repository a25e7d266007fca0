using System.Collections.Generic;

namespace Canary.Sandbox.Mesh.Routing;

/// <summary>A Service with the pods behind it that are ready, by port number of the Service.</summary>
internal sealed record MeshService(string Namespace, string Name, IReadOnlyDictionary<int, IReadOnlyList<MeshEndpoint>> Ports)
{
    public string Host { get; } = MeshNames.OfService(Name, Namespace);
}
