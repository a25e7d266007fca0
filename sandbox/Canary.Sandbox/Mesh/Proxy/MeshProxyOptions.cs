namespace Canary.Sandbox.Mesh.Proxy;

/// <summary>Ports of 0 mean any that is free; the seed makes the draws of weights, faults and pods repeatable.</summary>
internal sealed record MeshProxyOptions(long Seed, int Port = 0, int MetricsPort = 0);
