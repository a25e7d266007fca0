namespace Canary.Core.Statistics.Kayenta;

/// <summary>The scores from which a run over several intervals goes on, and with which it may end.</summary>
/// <param name="Pass">0 to 100, and at least <paramref name="Marginal"/>. The documented examples are 95 and 75.</param>
/// <param name="Marginal">0 to 100. The documented examples are 75 and 50.</param>
/// <remarks>Source: Kayenta, NetflixACAJudge-v1.0, which has no default of them.</remarks>
public sealed record ScoreThresholds(double Pass, double Marginal)
{
    /// <summary>What one score is called; a score on a threshold has reached it.</summary>
    public ScoreLabel Label(double score) => score >= Pass ? ScoreLabel.Pass : score >= Marginal ? ScoreLabel.Marginal : ScoreLabel.Fail;

    /// <summary>That a run of several intervals ends with this score before its time. A score on the marginal threshold ends it, although
    /// it is called marginal: so it is in Kayenta.</summary>
    public bool IsTerminal(double score) => score <= Marginal;

    /// <summary>That a run has passed whose last score is this one.</summary>
    public bool IsPassedWith(double lastScore) => lastScore >= Pass;
}

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
