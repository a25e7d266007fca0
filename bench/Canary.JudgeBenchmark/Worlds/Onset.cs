namespace Canary.JudgeBenchmark.Worlds;

/// <summary>When, or where, the canary is different.</summary>
internal enum Onset
{
    /// <summary>From its first request on.</summary>
    AtStart,

    /// <summary>After twenty minutes.</summary>
    AfterTwentyMinutes,

    /// <summary>While it has 30 percent of the traffic or more.</summary>
    AtThirtyPercent,

    /// <summary>While it has half of the traffic.</summary>
    AtFiftyPercent,

    /// <summary>In its first pod alone.</summary>
    InOnePod,
}
