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

    /// <summary>Errors come in bursts, or each arm has its own good and bad minutes: five times the promise.</summary>
    Overdispersed,
}
