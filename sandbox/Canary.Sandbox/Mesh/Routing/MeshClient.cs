using System.Collections.Generic;

namespace Canary.Sandbox.Mesh.Routing;

/// <summary>On whose behalf the proxy sends: the workload whose sidecar it plays.</summary>
internal sealed record MeshClient(string Workload, string Namespace, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>The gateway that stands for the sidecars of the mesh in a VirtualService.</summary>
    public const string Gateway = "mesh";
}
