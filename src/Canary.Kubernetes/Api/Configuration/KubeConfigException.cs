using System;

namespace Canary.Kubernetes.Api.Configuration;

/// <summary>The way to the API server is not configured, or not rightly.</summary>
public sealed class KubeConfigException : Exception
{
    public KubeConfigException(string origin, string problem, Exception? cause = null)
        : base(origin.Length == 0 ? problem : $"{origin}: {problem}", cause)
    {
    }
}
