namespace Canary.Core.Rollouts;

/// <summary>The conditions of a Rollout.</summary>
public enum ConditionType
{
    /// <summary>kstatus: nothing is left to do for the spec that was observed.</summary>
    Ready,

    /// <summary>kstatus: being worked on.</summary>
    Reconciling,

    /// <summary>kstatus: does not go on without help.</summary>
    Stalled,

    /// <summary>The spec is valid and what it names is there.</summary>
    SpecAccepted,

    /// <summary>Every route shows the weight that is wanted.</summary>
    TrafficApplied,

    /// <summary>Measurements arrive.</summary>
    AnalysisHealthy,

    /// <summary>Somebody else writes our weights.</summary>
    WeightConflict,

    /// <summary>Each side has the ready pods that its share of the traffic needs.</summary>
    CapacitySufficient,

    /// <summary>Somebody else changed stable's workload: it does not run what was promoted.</summary>
    StableChanged,

    /// <summary>The canary keeps the ready pods that it had.</summary>
    CanaryReady,

    /// <summary>The canary's share of the requests stays off its weight.</summary>
    TrafficMismatch,

    /// <summary>The content of the ConfigMaps and Secrets that the pods of one workload read is a part of the revision.</summary>
    ConfigurationTracked,
}
