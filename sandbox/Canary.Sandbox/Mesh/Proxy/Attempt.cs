using Canary.Sandbox.Mesh.Routing;

namespace Canary.Sandbox.Mesh.Proxy;

/// <summary>What came of sending a request to a pod.</summary>
internal abstract record Attempt
{
    private Attempt() { }

    /// <summary>The client got the pod's answer.</summary>
    /// <param name="Status">Of the answer.</param>
    /// <param name="Endpoint">The pod.</param>
    /// <param name="Flags">Why the answer ends early; null: it is whole.</param>
    public sealed record Answered(int Status, MeshEndpoint Endpoint, string? Flags) : Attempt;

    /// <summary>The pod's answer was not passed on: the route's policy covers its status, and another pod is asked.</summary>
    public sealed record Declined : Attempt;

    /// <summary>No answer: the proxy gives one itself, with Envoy's status, flag and words.</summary>
    public sealed record Failed(ProxyAnswer Answer, MeshEndpoint? Endpoint) : Attempt;

    /// <summary>The client went away before there was an answer.</summary>
    public sealed record Abandoned(MeshEndpoint? Endpoint) : Attempt;
}
