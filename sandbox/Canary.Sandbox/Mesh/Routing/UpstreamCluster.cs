using System.Collections.Generic;

namespace Canary.Sandbox.Mesh.Routing;

/// <summary>What a destination comes down to: a Service and the ready pods of its subset, chosen in turn.</summary>
internal sealed record UpstreamCluster(MeshService Service, IReadOnlyList<MeshEndpoint> Endpoints)
{
    /// <summary>One of the pods, at random as seeded, rather one that was not tried yet; null where none is ready.</summary>
    public MeshEndpoint? Pick(double drawn, IReadOnlySet<string> tried)
    {
        if (Endpoints.Count == 0) return null;
        var first = (int)(drawn * Endpoints.Count);
        for (var i = 0; i < Endpoints.Count; i++)
        {
            var endpoint = Endpoints[(first + i) % Endpoints.Count];
            if (!tried.Contains(endpoint.Address)) return endpoint;
        }

        return Endpoints[first];
    }
}
