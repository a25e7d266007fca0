namespace Canary.JudgeBenchmark.Worlds;

/// <summary>What is wrong with what is measured, and not with what it measures.</summary>
internal enum WorldFault
{
    /// <summary>Half a percent of the scrapes are missed, and one pod in twenty restarts: every world has that.</summary>
    None,

    /// <summary>Five percent of the scrapes are missed.</summary>
    MissedScrapes,

    /// <summary>The source does not answer for five minutes.</summary>
    Outage,

    /// <summary>Every pod restarts twice.</summary>
    Resets,

    /// <summary>The canary has its weight, and gets no requests.</summary>
    NoCanaryTraffic,

    /// <summary>Nobody asks for anything.</summary>
    Idle,
}
