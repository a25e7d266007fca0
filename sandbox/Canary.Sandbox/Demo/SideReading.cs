using System;
using Canary.Sandbox.Mesh.Telemetry;

namespace Canary.Sandbox.Demo;

/// <summary>Rate, errors and duration of one side over the last seconds, from the mesh's own counters.</summary>
/// <param name="Version">What runs there, as the Deployment says.</param>
/// <param name="Rate">Requests a second.</param>
/// <param name="ErrorRatio">Share that failed, 0 to 1; null without traffic.</param>
/// <param name="P99">Milliseconds; null without traffic.</param>
internal sealed record SideReading(string Version, double Rate, double? ErrorRatio, double? P99)
{
    public static SideReading Of(string version, ServiceTally window, TimeSpan length) => new(
        version, length > TimeSpan.Zero ? window.Requests / length.TotalSeconds : 0,
        window.Requests > 0 ? (double)window.Failures / window.Requests : null, window.Milliseconds?.Quantile(0.99));
}
