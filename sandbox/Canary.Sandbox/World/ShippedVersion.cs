using System;

namespace Canary.Sandbox.World;

/// <summary>A version of the demo's service, and how it behaves.</summary>
internal sealed record ShippedVersion(string Version, double ErrorRate, TimeSpan Latency);
