namespace Canary.Sandbox.Mesh.Telemetry;

/// <summary>Requests to one Service, the failed among them, and how long all of them took.</summary>
internal sealed record ServiceTally(long Requests, long Failures, HistogramState? Milliseconds)
{
    public static ServiceTally None { get; } = new(0, 0, null);

    public ServiceTally Since(ServiceTally earlier) =>
        new(Requests - earlier.Requests, Failures - earlier.Failures, Milliseconds?.Since(earlier.Milliseconds));
}
