namespace Canary.Kubernetes.Traffic.Istio;

/// <summary>Names of hosts as Istio reads them.</summary>
internal static class IstioHost
{
    /// <summary>
    /// One name for a Service, whichever way it is written: a short name is of the namespace of the object that holds it;
    /// <c>name.namespace</c>,
    /// <c>name.namespace.svc</c> and the full name with any cluster domain are the same. Anything else, such as a host of a ServiceEntry,
    /// stays as it is.
    /// </summary>
    public static string Normalise(string host, string @namespace)
    {
        var parts = host.TrimEnd('.').ToLowerInvariant().Split('.');
        return parts switch
        {
            [var name] => $"{name}.{@namespace}.svc",
            [var name, var space] when space == @namespace => $"{name}.{space}.svc",
            [var name, var space, "svc", ..] => $"{name}.{space}.svc",
            _ => string.Join('.', parts),
        };
    }
}
