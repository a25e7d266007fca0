namespace Canary.Core.Statistics;

/// <summary>What a score is called.</summary>
public enum ScoreLabel
{
    /// <summary>As good as it has to be in the end.</summary>
    Pass,

    /// <summary>Good enough to go on, not to end with.</summary>
    Marginal,

    /// <summary>Not good enough.</summary>
    Fail,
}
