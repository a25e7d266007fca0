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

    /// <summary>No pod of the canary is scraped for some minutes: those around the incident.</summary>
    CanaryUnscraped,

    /// <summary>No pod of stable is.</summary>
    StableUnscraped,

    /// <summary>Each pod is not scraped for four minutes, once an hour on average.</summary>
    ScrapeGaps,

    /// <summary>Two jobs scrape each pod, each at its own moment and under its own labels: every request is there twice.</summary>
    ScrapedTwice,

    /// <summary>Three jobs do.</summary>
    ScrapedThrice,

    /// <summary>The source merges a pair of Prometheus servers, and tells them apart by <c>prometheus_replica</c>.</summary>
    ReplicaPair,

    /// <summary>Two pods of stable have no bucket up to 250 ms.</summary>
    UnevenBuckets,
}
