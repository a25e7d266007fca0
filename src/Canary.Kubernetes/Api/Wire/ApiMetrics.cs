using System.Collections.Generic;
using System.Diagnostics.Metrics;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>What the client counts: every attempt, also those that are repeated.</summary>
public static class ApiMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Canary.Kubernetes.Api";

    /// <summary>Attempts by verb, resource and code; the code is <c>error</c> when there was no answer.</summary>
    public const string Requests = "canary.kubernetes.requests";

    /// <summary>Seconds until the answer was complete; for a watch until it began.</summary>
    public const string Duration = "canary.kubernetes.request.duration";

    /// <summary>The meter that carries both.</summary>
    public static Meter Meter { get; } = new(MeterName);

    private static readonly Counter<long> _requests = Meter.CreateCounter<long>(Requests, "{request}", "Requests to the API server.");

    private static readonly Histogram<double> _duration = Meter.CreateHistogram(
        Duration, "s", "Time to an answer of the API server.", null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });

    internal static void Record(string verb, string resource, string code, double seconds)
    {
        KeyValuePair<string, object?> verbTag = new("verb", verb), resourceTag = new("resource", resource);
        _requests.Add(1, verbTag, resourceTag, new("code", code));
        _duration.Record(seconds, verbTag, resourceTag);
    }
}
