namespace Canary.Core.Tests.Rollouts.Scenarios;

/// <summary>What happens in a random world.</summary>
internal enum EventKind
{
    Time,
    Push,
    CanaryPods,
    FirstPods,
    CanaryReady,
    FirstReady,
    DesiredPods,
    ForeignPodsOfFirst,
    ForeignPodsOfSecond,
    RefuseRoutes,
    DropEffects,
    ForeignWrite,
    Measurement,
    Request,
    Pause,
    Steps,
    SpecErrors,
    Problems,
    FirstRevision,
    Router,
    Alerts,
    AlertRules,

    /// <summary>A crash before the status is written: decided, and forgotten. The weight 0 of an abort may have been sent all the
    /// same.</summary>
    Crash,

    /// <summary>Another process leads, after a while without any; or its clock is behind that of the last one.</summary>
    NewLeader,
}
