using System;
using Canary.Core.Units;

namespace Canary.Kubernetes.Api.Caching;

/// <summary>Delays that double, each by lot between half and whole, so that many who failed together do not come back together.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan longest)
{
    private int _failures;

    /// <summary>Delay before the next attempt.</summary>
    public TimeSpan Next()
    {
        _failures = Math.Min(_failures + 1, 30);
        return new ExponentialBackoff(first, longest).After(_failures, Random.Shared.NextDouble());
    }

    /// <summary>All is well: the next failure begins anew.</summary>
    public void Reset() => _failures = 0;
}
