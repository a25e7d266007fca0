namespace Canary.Core.Analysis;

/// <summary><c>compatibility</c>: whose rules a metric keeps where they differ.</summary>
public enum Compatibility
{
    /// <summary>No data is neither good nor bad, and every series counts.</summary>
    Canary,

    /// <summary>The verdicts of Argo Rollouts: NaN compares false, what is asked of nothing has the answer of expr-lang, and a condition is
    /// asked once; the first measurement is taken at once.</summary>
    Argo,
}
