using Canary.Core.Rollouts;
using Canary.Core.Units;

namespace Canary.Engine.Alerting;

/// <summary>What a source of alerts answered.</summary>
public abstract record AlertReading
{
    private AlertReading() { }

    /// <summary>All that fires and that was asked for.</summary>
    public sealed record Read(EquatableArray<FiringAlert> Alerts) : AlertReading;

    /// <summary>No answer, or one that cannot be used: nothing is known to have changed.</summary>
    /// <param name="Reason">What happened, for a person.</param>
    public sealed record Faulted(string Reason) : AlertReading;
}
