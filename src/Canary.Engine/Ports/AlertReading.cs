using Canary.Core.Rollouts.Alerting;
using Canary.Core.Units;

namespace Canary.Engine.Ports;

/// <summary>What a source of alerts answered.</summary>
public abstract record AlertReading
{
    private AlertReading() { }

    /// <summary>All that fires and that was asked for.</summary>
    public sealed record Read(EquatableArray<FiringAlert> Alerts) : AlertReading
    {
        /// <summary>Since when alerts go on that rules with identity labels take for one; empty where the source cannot look into the past,
        /// or was asked shortly before.</summary>
        public EquatableArray<OngoingAlert> Ongoing { get; init; }
    }

    /// <summary>No answer, or one that cannot be used: nothing is known to have changed.</summary>
    /// <param name="Reason">What happened, for a person.</param>
    public sealed record Faulted(string Reason) : AlertReading;
}
