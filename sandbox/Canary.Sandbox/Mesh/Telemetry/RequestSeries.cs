namespace Canary.Sandbox.Mesh.Telemetry;

/// <summary>What was measured under one set of labels. The count of requests is that of the durations: one is never seen without the
/// other.</summary>
internal sealed class RequestSeries
{
    public Histogram Milliseconds { get; } = new();

    public Histogram RequestBytes { get; } = new();

    public Histogram ResponseBytes { get; } = new();
}
