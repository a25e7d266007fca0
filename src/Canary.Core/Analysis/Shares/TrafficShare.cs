using System;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Shares;

/// <summary>What is known of the canary's share of the requests, held against the weight in force.</summary>
public sealed record TrafficShare
{
    /// <summary>Nothing.</summary>
    public static readonly TrafficShare None = new();

    /// <summary>State of the test.</summary>
    public EquatableArray<double> Logs { get; init; }

    /// <summary>The weight that was in force last; null: none yet.</summary>
    public Weight? Weight { get; init; }

    /// <summary>Since when it is known to have been in force.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Seconds that were counted at this weight, since the share was last looked at and right; while it is off, since it was
    /// looked at last.</summary>
    public double Seconds { get; init; }

    /// <summary>Requests of the canary in them.</summary>
    public long Requests { get; init; }

    /// <summary>Requests of stable in them.</summary>
    public long StableRequests { get; init; }

    /// <summary>How often the share was found to be off.</summary>
    public int Findings { get; init; }

    /// <summary>What was found, in numbers that stay as long as it lasts; null: the share is right, or not known.</summary>
    public TrafficMismatch? Mismatch { get; init; }

    /// <summary>Windows that were counted and not held against a weight yet. They are not written down.</summary>
    public EquatableArray<TrafficWindow> Open { get; init; }
}

/// <summary>Requests of both sides in a window.</summary>
public sealed record TrafficWindow(DateTimeOffset From, DateTimeOffset To, long Requests, long StableRequests);

/// <summary>A share that stays off.</summary>
/// <param name="Weight">The weight that was in force.</param>
/// <param name="Requests">Requests of the canary.</param>
/// <param name="StableRequests">Requests of stable.</param>
public sealed record TrafficMismatch(Weight Weight, long Requests, long StableRequests)
{
    /// <summary>The canary's share of the requests.</summary>
    public double Share => Requests / (double)Math.Max(1, Requests + StableRequests);
}
