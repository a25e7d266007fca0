namespace Canary.Core.Rollouts;

/// <summary>What happens where a side has too few ready pods for its share of the traffic. Source:
/// <c>strategy.canary.capacity.policy</c>.</summary>
public enum CapacityPolicy
{
    /// <summary>The raise waits for the pods, and the progress deadline runs meanwhile. The default.</summary>
    Require,

    /// <summary>The raise goes on, and an Event and a condition say so.</summary>
    Warn,

    /// <summary>Pods are not compared: those of one side are larger than those of the other, say.</summary>
    Ignore,
}
