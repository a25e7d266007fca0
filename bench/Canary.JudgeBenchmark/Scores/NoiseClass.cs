namespace Canary.JudgeBenchmark.Scores;

/// <summary>What a promise on false rollbacks depends on.</summary>
internal enum NoiseClass
{
    /// <summary>Requests fail independently of each other: the promise holds as it is.</summary>
    Independent,

    /// <summary>An incident on both arms: the same.</summary>
    Incident,

    /// <summary>The time of day: the same.</summary>
    DayCycle,

    /// <summary>Every event is there several times, since calls are tried again or pods are scraped twice: the same.</summary>
    Batch,

    /// <summary>Errors come in bursts, or each arm has its own good and bad minutes: five times the promise.</summary>
    Overdispersed,

    /// <summary>A side wanders by itself: from inside of one rollout that cannot be told from a worse version. Listed, and nothing is
    /// promised.</summary>
    Impossible,
}
