namespace Canary.Sandbox.Mesh.Telemetry;

/// <summary>The labels of Istio's standard metrics, for a request that the client's own proxy reports.</summary>
internal sealed record RequestLabels(
    string SourceWorkload, string SourceNamespace, string SourceApp, string SourceVersion,
    string DestinationService, string DestinationServiceName, string DestinationServiceNamespace,
    string DestinationWorkload, string DestinationWorkloadNamespace, string DestinationApp, string DestinationVersion,
    string DestinationCanonicalService, string DestinationCanonicalRevision, int ResponseCode, string ResponseFlags);
