using System;

namespace Canary.Benchmarks.Reconcile;

/// <summary>What a controller cost while rollouts ran.</summary>
/// <param name="Steps">Steps in the time that was measured, of all rollouts.</param>
/// <param name="Cpu">CPU time a step.</param>
/// <param name="Requests">Requests to the API server a step.</param>
/// <param name="Queries">Queries a step.</param>
/// <param name="Allocated">Bytes a step.</param>
/// <param name="Before">MB that were resident before the release.</param>
/// <param name="Resident">MB that were resident at the end.</param>
/// <param name="Peak">The most MB that ever were.</param>
internal sealed record RunningReading(
    double Steps, TimeSpan Cpu, double Requests, double Queries, double Allocated, double Before, double Resident, double Peak);

/// <summary>What a controller cost while rollouts were at rest.</summary>
/// <param name="Resident">MB that were resident at the end.</param>
/// <param name="Peak">The most MB that ever were.</param>
/// <param name="Start">CPU time of the start.</param>
/// <param name="Load">Share of one core after that.</param>
internal sealed record IdleReading(double Resident, double Peak, TimeSpan Start, double Load);
