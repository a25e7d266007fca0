using Canary.Sandbox.Mesh.Routing;

namespace Canary.Sandbox.Mesh.Proxy;

/// <summary>How one request ended, as far as the metrics want to know.</summary>
internal sealed record ExchangeEnd(int Status, string Flags, MeshService? Service, MeshEndpoint? Endpoint, long BodyBytes)
{
    /// <summary>The client did not wait: Envoy reports status 0 and the flag DC.</summary>
    public static ExchangeEnd ClientGone { get; } = new(0, "DC", null, null, 0);
}
