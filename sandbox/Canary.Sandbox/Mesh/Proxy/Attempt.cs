using System.Net.Http;
using Canary.Sandbox.Mesh.Routing;

namespace Canary.Sandbox.Mesh.Proxy;

/// <summary>What came of sending a request to a pod.</summary>
internal abstract record Attempt
{
    private Attempt() { }

    public sealed record Answered(HttpResponseMessage Response, MeshEndpoint Endpoint) : Attempt;

    /// <summary>No answer: the proxy gives one itself, with Envoy's status, flag and words.</summary>
    public sealed record Failed(ProxyAnswer Answer, MeshEndpoint? Endpoint) : Attempt;

    /// <summary>The client went away before there was an answer.</summary>
    public sealed record Abandoned(MeshEndpoint? Endpoint) : Attempt;
}
